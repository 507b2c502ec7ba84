import type { interpolations } from "@saddlepoint/core/latent/interpolation"
import { type WalkOptions, type WrittenWalk, writeWalk } from "@saddlepoint/lab/trained/writeWalk"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"
import { trainedFlags, withTrained } from "../trainedTrial.ts"

/** All images of a walk are held at once. */
const mostImages = 2000

export const walk = Command.make(
  "walk",
  {
    trial: Argument.String("trial").pipe(
      Argument.withDescription("id of a finished trial that draws samples of images, or its first digits"),
    ),
    stops: Flag.Int("stops").pipe(
      Flag.withDescription("latent vectors to walk between, 2 or more; the last leads back to the first"),
      Flag.withDefault(4),
    ),
    frames: Flag.Int("frames").pipe(
      Flag.withDescription("images from a stop to the next one, both included, 2 or more"),
      Flag.withDefault(12),
    ),
    way: Flag.Literals("way", [
      "slerp",
      "lerp",
    ] as const satisfies readonly (keyof typeof interpolations)[]).pipe(
      Flag.withDescription("along the sphere (slerp), on which latents lie, or straight (lerp)"),
      Flag.withDefault("slerp" as const),
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("seed of the stops"), Flag.withDefault(0)),
    class: Flag.Int("class").pipe(
      Flag.withDescription("class of all images by number, of methods that are told one; 0 if left out"),
      Flag.optional,
    ),
    truncation: Flag.Finite("truncation").pipe(
      Flag.withDescription("draws the stops towards the mean latent: 1 leaves them, 0 makes all the mean"),
      Flag.withDefault(1),
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription("folder of walk.png and walk.gif, new or empty"),
      Flag.withDefault("walk"),
    ),
    ...trainedFlags,
    json,
  },
  Effect.fn(function* (options) {
    const { out } = options
    const asked: WalkOptions = { ...options, label: Option.getOrUndefined(options.class) }
    yield* attempt(() => check(asked))
    const [trial, done] = yield* attempt(() =>
      withTrained(options, async (trained) => [trained.trial, await writeWalk(trained, out, asked)] as const),
    )
    const { seed, stops, frames, way, truncation } = asked
    const told = { trial, out, seed, stops, frames, way, truncation, ...done }
    yield* say(options.json ? JSON.stringify(told) : inWords(trial, out, asked, done))
  }),
).pipe(
  Command.withDescription("Walk between latent vectors of a finished trial that draws samples of images"),
  Command.withExamples([
    {
      command: "saddlepoint walk 3f2a --stops 6 --frames 16 --out walk",
      description: "walk.png has a row for each of six legs, walk.gif goes round",
    },
    { command: "saddlepoint walk 3f2a --class 7 --truncation 0.7", description: "Of one class, less varied" },
  ]),
)

function check({ stops, frames, truncation }: WalkOptions): void {
  for (const [flag, value] of Object.entries({ stops, frames })) {
    if (value < 2) throw new WrongCall(`Expected --${flag} to be 2 or more, but got ${value}.`)
  }
  if (stops * frames > mostImages) {
    throw new WrongCall(
      `Expected at most ${mostImages} images, but ${stops} stops of ${frames} frames are ${stops * frames}; ask for fewer.`,
    )
  }
  if (!(truncation >= 0 && truncation <= 1)) {
    throw new WrongCall(`Expected --truncation to be from 0 to 1, but got ${truncation}.`)
  }
}

function inWords(
  trial: string,
  out: string,
  { stops, frames, way }: WalkOptions,
  { shape, latent, label, length, largest, at, files }: WrittenWalk,
): string {
  const [height, width, channels] = shape
  const of = label === undefined ? "" : ` of class ${label}`
  const number = (value: number) => String(Number(value.toPrecision(3)))
  return [
    `Walked by ${way} between ${stops} of ${trial}'s latent vectors (${latent} numbers each)${of}: ${stops * frames} images, ${width} x ${height} pixels, ${channels === 1 ? "grey" : "RGB"}.`,
    ...files.map((file) => `  ${out}/${file}`),
    `Path length ${number(length)}, largest ${number(largest)}, ${number(length === 0 ? 1 : largest / length)} times the mean, behind image ${at.frame + 1} of row ${at.leg + 1}.`,
    "It is the mean squared difference of pixels in [-1, 1] between neighbours over the square of their step as a share of a leg: how fast images change, near 0 where latents hardly matter.",
    `An even walk has a largest value near the mean; a single jump and nothing else ${stops * (frames - 1)} times the mean.`,
  ].join("\n")
}
