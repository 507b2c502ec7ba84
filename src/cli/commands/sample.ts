import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { type InputImages, inputImages } from "@saddlepoint/lab/trained/inputImages"
import type { Trained } from "@saddlepoint/lab/trained/openTrained"
import type { TrainedRecord } from "@saddlepoint/lab/trained/trainedRecord"
import {
  type WrittenAnswers,
  type WrittenNeighbours,
  writeSamples,
  writeTranslations,
} from "@saddlepoint/lab/trained/writeAnswers"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"
import { trainedFlags, withTrained } from "../trainedTrial.ts"

/** All samples of a call are held at once. */
const mostSamples = 10_000
/** They stand beside each other on a sheet. */
const mostNeighbours = 16

export const sample = Command.make(
  "sample",
  {
    trial: Argument.String("trial").pipe(
      Argument.withDescription("id of a finished trial that makes images, or its first digits"),
    ),
    count: Flag.Int("count").pipe(
      Flag.withDescription(`how many images to draw, 1 to ${mostSamples}; of methods that sample`),
      Flag.optional,
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("seed of what is drawn"), Flag.withDefault(0)),
    labels: Flag.String("labels").pipe(
      Flag.withDescription(
        "classes of the samples by number, with commas between them, taken over and over; each in turn if left out",
      ),
      Flag.optional,
    ),
    input: Flag.String("input").pipe(
      Flag.withDescription(
        "a folder of images to translate, each under its own name; of methods that translate",
      ),
      Flag.optional,
    ),
    neighbours: Flag.Int("neighbours").pipe(
      Flag.withDescription(
        `beside --count: looks for so many nearest training examples of each sample, 1 to ${mostNeighbours}, and draws them; the trial's data must be there`,
      ),
      Flag.optional,
    ),
    out: Flag.String("out").pipe(Flag.withDescription("folder of the PNG files, new or empty")),
    ...trainedFlags,
    json,
  },
  Effect.fn(function* (options) {
    const { out, seed } = options
    const asked = yield* attempt(() => askedFor(options))
    const [trial, done] = yield* attempt(() =>
      withTrained(options, async (trained, record) => {
        return [trained.trial, await answersOf(trained, record, asked, { out, seed })] as const
      }),
    )
    yield* say(options.json ? JSON.stringify({ trial, out, ...done.written }) : inWords(trial, out, done))
  }),
).pipe(
  Command.withDescription("Write images that a finished trial makes: samples, or translations of a folder"),
  Command.withExamples([
    { command: "saddlepoint sample 3f2a --count 64 --out samples", description: "Draws 64 images" },
    {
      command: "saddlepoint sample 3f2a --count 64 --neighbours 5 --out samples",
      description: "And looks for what was learnt by heart",
    },
    { command: "saddlepoint sample 3f2a --input photos --out painted", description: "Translates a folder" },
  ]),
)

type Wanted =
  | {
      readonly count: number
      readonly labels?: readonly number[] | undefined
      readonly neighbours?: number | undefined
    }
  | { readonly input: string }

function askedFor(options: {
  readonly count: Option.Option<number>
  readonly labels: Option.Option<string>
  readonly neighbours: Option.Option<number>
  readonly input: Option.Option<string>
}): Wanted {
  const [count, input] = [Option.getOrUndefined(options.count), Option.getOrUndefined(options.input)]
  const words = Option.getOrUndefined(options.labels)
  const neighbours = Option.getOrUndefined(options.neighbours)
  if ((count === undefined) === (input === undefined)) {
    const got = count === undefined ? "neither" : "both"
    throw new WrongCall(
      `Expected --count, to draw samples, or --input, a folder to translate, but got ${got}; give one of them.`,
    )
  }
  if (input !== undefined) {
    const wrong = words !== undefined ? "labels" : neighbours !== undefined ? "neighbours" : undefined
    if (wrong === undefined) return { input }
    throw new WrongCall(`Expected --${wrong} beside --count, but got them beside --input; leave them out.`)
  }
  if (count! < 1 || count! > mostSamples) {
    throw new WrongCall(
      `Expected --count to be 1 to ${mostSamples}, but got ${count}; draw more with other seeds.`,
    )
  }
  const labels = words?.split(",").map((word) => (word.trim() === "" ? Number.NaN : Number(word)))
  if (labels?.some((label) => !Number.isInteger(label)))
    throw new WrongCall(`Expected --labels to be numbers of classes as 0,1,2, but got ${words}.`)
  if (neighbours !== undefined && !(neighbours >= 1 && neighbours <= mostNeighbours))
    throw new WrongCall(`Expected --neighbours to be 1 to ${mostNeighbours}, but got ${neighbours}.`)
  return { count: count!, labels, neighbours }
}

async function answersOf(
  trained: Trained,
  { spec }: TrainedRecord,
  asked: Wanted,
  { out, seed }: { readonly out: string; readonly seed: number },
): Promise<{ readonly written: WrittenAnswers; readonly inputs?: InputImages }> {
  const { trial, arm, answers, takes } = trained
  if ("count" in asked) {
    if (answers === "samples") return { written: await writeSamples(trained, out, { ...asked, seed }) }
    if (answers === "points") {
      throw new RangeError(
        `Expected a trial that makes images, but ${trial} (${arm}) makes points; draw them with openTrained(store, trial).points(count).`,
      )
    }
    throw new RangeError(
      `Expected a trial that draws samples, but ${trial} (${arm}) translates images; give a folder of them with --input.`,
    )
  }
  if (answers === "samples" || takes === undefined) {
    throw new RangeError(
      `Expected a trial that translates images, but ${trial} (${arm}) answers with ${answers}; draw them with --count.`,
    )
  }
  const inputs = await inputImages(asked.input, spec.data as JsonObject, takes)
  return { written: await writeTranslations(trained, out, inputs, asked.input, seed), inputs }
}

function inWords(
  trial: string,
  out: string,
  { written, inputs }: { readonly written: WrittenAnswers; readonly inputs?: InputImages },
): string {
  const { images, shape, resized } = written
  const [height, width, channels] = shape
  const what = inputs === undefined ? "samples" : "translations"
  const lines = [
    `Wrote ${images} ${what} of ${trial} into ${out}, ${width} x ${height} pixels, ${channels === 1 ? "grey" : "RGB"}, and ${out}/sheet.png.`,
  ]
  for (const one of written.neighbours ?? []) lines.push(...neighboursInWords(out, one))
  if (inputs !== undefined && resized > 0) {
    const [toHeight, toWidth] = inputs.shape
    const how = { squash: "squashed", crop: "cropped", pad: "padded" }[inputs.fit]
    lines.push(
      `${resized} of ${images} inputs had another size and were ${how} to ${toWidth} x ${toHeight}, as the trial's data were.`,
    )
  }
  if (inputs !== undefined && inputs.leftOut.length > 0)
    lines.push(`${inputs.leftOut.length} other files of the folder were left alone.`)
  return lines.join("\n")
}

function neighboursInWords(out: string, near: WrittenNeighbours): string[] {
  const { by, samples, heldOut, asked, nearer, nearest, file } = near
  const number = (value: number) => String(Number(value.toPrecision(3)))
  const space = by === "pixels" ? "pixels (root mean square, values in [-1, 1])" : `features of ${by}`
  const least = nearest
    .map(([first], sample) => ({ sample, ...first! }))
    .reduce((most, one) => (one.distance < most.distance ? one : most))
  return [
    `Nearest training examples by ${space}: samples are ${number(samples)} away (median), ${asked} held-out test examples ${number(heldOut)}.`,
    `  ${number(100 * nearer)} % of the samples are nearer than the nearest 5 % of those. Where many are, they were learnt by heart, or are blurred, which is near to everything: look.`,
    `  Nearest of all is sample ${least.sample}, ${number(least.distance)} from training example ${least.place}. ${out}/${file} shows the nearest ones, a row each: sample, neighbours.`,
  ]
}
