import { inDrawnOrder } from "@saddlepoint/core/answer/drawnOrder"
import { evaluate } from "@saddlepoint/core/answer/evaluate"
import { joinedBlocks } from "@saddlepoint/core/answer/joinedBlocks"
import type { Players } from "@saddlepoint/core/contracts/game"
import type { Moment } from "@saddlepoint/core/contracts/method"
import type { Moments, SeenMoment } from "../contracts/moments.ts"
import type { AskedMetric } from "./judges.ts"
import type { OpenTrial } from "./openTrial.ts"
import { takeVitalSigns, type VitalSignsTaker } from "./vitalSigns.ts"

/** What looking back needs of an open trial. */
export type LookingWorld = Pick<OpenTrial, "engine" | "dataset" | "datasetDigest" | "request"> &
  Required<Pick<OpenTrial, "method">>

/**
 * Looks at the players that a trial kept over training, with the same draws as at its end: every metric judges each of them, and their vital signs
 * are taken. Undefined of a method that keeps none. No value of the result rests on it: what a metric cannot tell of an early generator is left out.
 *
 * @param steps that were played
 */
export async function lookBack(
  opened: LookingWorld,
  players: Players,
  metrics: readonly AskedMetric[],
  steps: number,
): Promise<Moments | undefined> {
  const { method, engine, datasetDigest } = opened
  if ((method.answers !== "samples" && method.answers !== "points") || method.moments === undefined)
    return undefined
  const dataset = inDrawnOrder(opened.dataset, datasetDigest)
  const { opponent, conditions = [], samples = dataset.splits.test.size } = method
  const taker = await takeVitalSigns(opponent, conditions, dataset, engine, samples)
  const seen: SeenMoment[] = []
  try {
    for (const moment of [...method.moments(players), { share: 1, players }]) {
      seen.push(await look({ ...opened, dataset }, moment, metrics, steps, taker))
    }
  } finally {
    taker.dispose()
  }
  return { schema: 1, moments: seen }
}

async function look(
  { method, engine, dataset, datasetDigest, request }: LookingWorld,
  { share, players }: Moment,
  metrics: readonly AskedMetric[],
  steps: number,
  taker: VitalSignsTaker,
): Promise<SeenMoment> {
  const first: Float32Array[] = []
  let kept = 0
  const judge = (judging: readonly AskedMetric[], onBatch?: Parameters<typeof evaluate>[0]["onBatch"]) =>
    evaluate({
      method,
      players,
      dataset,
      datasetDigest,
      metrics: judging,
      engine,
      seed: request.trial.seed,
      ...(onBatch === undefined ? {} : { onBatch }),
    })
  const keep: Parameters<typeof evaluate>[0]["onBatch"] = async ({ output }) => {
    if (kept >= taker.count) return
    const size = output!.size / output!.shape[0]!
    const values = (await output!.data()) as Float32Array
    const wanted = Math.min(output!.shape[0]!, taker.count - kept)
    first.push(values.slice(0, wanted * size))
    kept += wanted
  }
  const values: Record<string, number> = {}
  const told = (judged: Readonly<Record<string, { readonly value: number }>>) => {
    for (const [name, { value }] of Object.entries(judged)) if (Number.isFinite(value)) values[name] = value
  }
  try {
    told(await judge(metrics, keep))
  } catch {
    // A generator that has only begun may be beyond what some metric can judge: each alone then.
    first.length = 0
    kept = 0
    await judge([], keep)
    for (const metric of metrics) {
      try {
        told(await judge([metric]))
      } catch {}
    }
  }
  const signs = await taker.of(players, joinedBlocks(first))
  return { step: stepOf(share, steps), values, signs }
}

/** The step by whose end a share of them was played; 7/25 of 100 steps are 28, though 7 / 25 * 100 is a little more. */
const stepOf = (share: number, steps: number): number => Math.ceil(Number((share * steps).toPrecision(12)))
