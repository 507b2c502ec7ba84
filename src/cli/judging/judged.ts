import { imageBatches, imageMistakes } from "@saddlepoint/datasets/formats/folderImages"
import { openEngine } from "@saddlepoint/engine/open"
import { frechetDistance } from "@saddlepoint/metrics/maths/features/frechet"
import { type ComparedImages, compareImages } from "@saddlepoint/metrics/measures/compareImages"
import type { MeasureName } from "@saddlepoint/metrics/measures/seenSet"
import { WrongCall } from "../exit.ts"
import {
  type Conventions,
  lacking,
  type MetricWord,
  measuresFor,
  metricsIn,
  requireSubsetSize,
  wordOf,
} from "./measures.ts"
import { judgeNetwork, type NetworkCall, requireFeatures, requireWeights } from "./network.ts"
import { openSides, type Side } from "./sides.ts"
import { requirePlace } from "./statisticsPlace.ts"

/** What `saddlepoint judge` was asked. */
export interface JudgeCall extends Omit<NetworkCall, "classifies">, Conventions {
  readonly real: string
  readonly generated: string
  readonly metrics: string
  /** Of `--save-statistics`. */
  readonly target: string | undefined
  readonly device: string
}

/** What it found. */
export interface Judged {
  readonly values: ComparedImages["values"]
  readonly identity: ComparedImages["identity"]
  /** Why a metric cannot be had, in one sentence each. */
  readonly missing: Readonly<Partial<Record<MetricWord, string>>>
  /** The generated side; none where only files of statistics were compared. */
  readonly generated?: ComparedImages["generated"]
}

/**
 * Compares two sets: checks words, files and counts, in this order, then every image, and only then reads weights.
 * @throws WrongCall where the call is wrong or nothing of it can be had; else one sentence for each damaged image, or on what is missing
 */
export async function judged(call: JudgeCall): Promise<Judged> {
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
