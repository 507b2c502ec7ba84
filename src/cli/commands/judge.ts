import { imageBatches, imageMistakes } from "@saddlepoint/datasets/formats/folderImages"
import { openEngine } from "@saddlepoint/engine/open"
import { frechetDistance } from "@saddlepoint/metrics/maths/features/frechet"
import { settledMoments } from "@saddlepoint/metrics/maths/features/moments"
import { type ComparedImages, compareImages } from "@saddlepoint/metrics/measures/compareImages"
import type { MeasureName } from "@saddlepoint/metrics/measures/seenSet"
import { chains } from "@saddlepoint/metrics/resize/chains"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, exitCodes, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import {
  type Conventions,
  lacking,
  type MetricWord,
  measuresFor,
  metricsIn,
  metricWords,
  requireSubsetSize,
  wordOf,
} from "../judging/measures.ts"
import {
  judgeNetwork,
  type NetworkCall,
  networkWords,
  requireFeatures,
  requireWeights,
} from "../judging/network.ts"
import { openSides, type Side } from "../judging/sides.ts"
import { requirePlace, saveStatistics } from "../judging/statisticsPlace.ts"
import { complain, say } from "../say.ts"

export const judge = Command.make(
  "judge",
  {
    real: Argument.String("real").pipe(
      Argument.withDescription(
        "a folder of real images, sub-folders included, or a .npz of statistics (mu, sigma)",
      ),
    ),
    generated: Argument.String("generated").pipe(
      Argument.withDescription(
        "a folder of generated images, or a .npz of statistics; statistics give fid alone",
      ),
    ),
    metrics: Flag.String("metrics").pipe(
      Flag.withDescription(`which of ${metricWords.join(", ")}, with commas between them`),
      Flag.withDefault("fid"),
    ),
    network: Flag.Literals("network", networkWords).pipe(
      Flag.withDescription(
        "what looks at the images: inception, as published values have it; or seeded, a small network that nobody trained " +
          "and that needs no file: its fid, kid and prdc order sets of the same size by how they look, and mean nothing beside " +
          "values of other networks or papers",
      ),
      Flag.withDefault("inception" as const),
    ),
    chain: Flag.String("chain").pipe(
      Flag.withDescription(
        `the package whose pre-processing is followed: ${Object.keys(chains).join(", ")}; where left out, torch-fidelity, and ` +
          "clean-fid for --network seeded, which resizes to 64",
      ),
      Flag.optional,
    ),
    weights: Flag.String("weights").pipe(
      Flag.withDescription(
        "the file of InceptionV3's weights; else it is looked for in SADDLEPOINT_WEIGHTS or weights/",
      ),
      Flag.optional,
    ),
    subsetSize: Flag.Int("subset-size").pipe(
      Flag.withDescription("images in a subset of KID; 0 takes all pairs, without a draw"),
      Flag.withDefault(1000),
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("seed of every draw"), Flag.withDefault(2020)),
    saveStatistics: Flag.String("save-statistics").pipe(
      Flag.withDescription(
        "writes mu and sigma of GENERATED (for those of real images give their folder there) to this .npz, as pytorch-fid reads it",
      ),
      Flag.optional,
    ),
    device: Flag.String("device").pipe(Flag.withDescription("where tensors run"), Flag.withDefault("onnx")),
    json,
  },
  Effect.fn(function* (options) {
    const target = Option.getOrUndefined(options.saveStatistics)
    const { values, identity, missing, generated } = yield* attempt(() =>
      judged({
        ...options,
        chain: Option.getOrUndefined(options.chain),
        weights: Option.getOrUndefined(options.weights),
        target,
      }),
    )
    const isWhole = Object.keys(missing).length === 0
    yield* say(options.json ? JSON.stringify({ values, identity, missing }) : textOf({ values, identity }))
    if (!isWhole) {
      process.exitCode = exitCodes.failed
      yield* complain(Object.values(missing).join("\n"))
    }
    // Behind the values, which no full disk takes away.
    if (target !== undefined && generated !== undefined && "moments" in generated) {
      yield* attempt(() => saveStatistics(target, settledMoments(generated.moments)))
    }
  }),
).pipe(
  Command.withDescription(
    "Compare a folder of generated images with one of real images, over InceptionV3 or a network that needs no file; exit code 1 " +
      "where a metric cannot be had, after the values of the others",
  ),
)

interface Call extends Omit<NetworkCall, "classifies">, Conventions {
  readonly real: string
  readonly generated: string
  readonly metrics: string
  readonly target: string | undefined
  readonly device: string
}

interface Judged {
  readonly values: ComparedImages["values"]
  readonly identity: ComparedImages["identity"]
  /** Why a metric cannot be had, in one sentence each. */
  readonly missing: Readonly<Partial<Record<MetricWord, string>>>
  /** The generated side; none where only files of statistics were compared. */
  readonly generated?: ComparedImages["generated"]
}

/** Checks words, files and counts, in this order, then every image, and only then reads weights. */
async function judged(call: Call): Promise<Judged> {
  const words = metricsIn(call.metrics)
  requireSubsetSize(call.subsetSize)
  const asked = { ...call, classifies: words.includes("is") }
  const network = judgeNetwork(asked)
  const { real, generated } = await openSides(call.real, call.generated)
  if (call.target !== undefined) await requireTarget(call.target, [real, generated])
  const reasons = words.map((word) => [word, lacking(word, { ...call, real, generated })] as const)
  const missing: Partial<Record<MetricWord, string>> = {}
  for (const [word, why] of reasons) if (why !== undefined) missing[word] = why
  const had = words.filter((word) => missing[word] === undefined)
  if (had.length === 0) throw new WrongCall(Object.values(missing).join("\n"))
  if (real.moments !== undefined && generated.moments !== undefined) {
    return { ...betweenStatistics(real, generated), missing }
  }
  for (const side of [real, generated]) requireFeatures(network.features, side, `--network ${call.network}`)
  await requireWeights(asked)
  const engine = await openEngine({ device: call.device })
  try {
    const mistakes = await imageMistakes([real, generated].flatMap(({ images = [] }) => images))
    if (mistakes.length > 0) throw new Error(mistakes.join("\n"))
    const opened = await network.open(engine)
    try {
      const { failures, ...compared } = await compareImages({
        network: opened,
        taps: network.taps,
        chain: network.chain,
        measures: measuresFor(had, call),
        real: real.moments ?? imageBatches(real.images!),
        generated: generated.moments ?? imageBatches(generated.images!),
        partly: true,
      })
      for (const [measure, failure] of Object.entries(failures)) {
        missing[wordOf(measure as MeasureName)] = failure.message
      }
      return { ...compared, missing }
    } finally {
      opened.dispose()
    }
  } finally {
    engine.dispose()
  }
}

async function requireTarget(target: string, [real, generated]: readonly [Side, Side]): Promise<void> {
  if (generated.images === undefined) {
    throw new WrongCall(
      `Expected images in GENERATED to take --save-statistics of, but ${generated.path} holds statistics already; leave the flag out.`,
    )
  }
  if (generated.images.length < 2) {
    throw new WrongCall(
      `Expected at least 2 images in GENERATED to take --save-statistics of, but ${generated.path} holds 1; judge more images.`,
    )
  }
  await requirePlace(target, real.moments === undefined ? [] : [real.path])
}

/** The FID of two files of statistics, for which no network is needed. */
function betweenStatistics(real: Side, generated: Side): Pick<Judged, "values" | "identity"> {
  const [reference, judged] = [real.moments!, generated.moments!]
  requireFeatures(reference.gaussian.mean.length, generated, real.path)
  return {
    values: { fid: frechetDistance(reference.gaussian, judged.gaussian) },
    identity: {
      network: "that of the statistics, which do not name it",
      features: reference.gaussian.mean.length,
      reference: reference.name,
      generated: judged.name,
    },
  }
}

function textOf({ values, identity }: Pick<Judged, "values" | "identity">): string {
  const lines = Object.entries(values).map(([name, value]) => `${name.padEnd(24)} ${value}`)
  const facts = Object.entries(identity).map(([name, value]) => `  ${name.padEnd(22)} ${value}`)
  return [...lines, "", "Comparable only with values for which all of this is the same:", ...facts].join("\n")
}
