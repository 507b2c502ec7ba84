import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Json } from "@saddlepoint/core/contracts/json"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import type { Outcome } from "@saddlepoint/core/play/trainer"
import { firstNonFinite, parameterCounts, weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { Moments } from "../contracts/moments.ts"
import type { MetricValue } from "../contracts/result.ts"
import { sha256 } from "../store/execution/sha256.ts"
import { withoutPaths } from "../store/files/privacy.ts"
import { readEvaluations } from "../store/results/evaluations.ts"
import { isOf } from "../store/results/judged.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"
import { atLeastOne, type Comparison, itself } from "./comparison.ts"
import { judgePlayers } from "./judging.ts"
import type { KeptFile } from "./keep/keeping.ts"
import { keptDistance } from "./keptDistance.ts"
import { lookBack } from "./lookBack.ts"
import type { OpenTrial } from "./openTrial.ts"

/** Compares how a trial ended: status, weights, exam, every metric's value, noise and identity, and the files that were kept. */
export async function compareEnd(
  opened: OpenTrial,
  published: PublishedResult,
  {
    status: trained,
    evidence: why,
    players,
    steps,
  }: Pick<Outcome, "status" | "evidence" | "players" | "steps">,
  comparison: Comparison,
  tell: (message: ChildMessage) => void,
): Promise<void> {
  const { result, folder } = published
  const learns = opened.stages().length > 0
  const weights = weightsOf(players)
  const broken = trained === "completed" ? firstNonFinite(weights) : undefined
  const status = broken === undefined ? trained : "diverged"
  const evidence = broken === undefined ? why : `${broken} is not finite after ${steps} steps.`
  comparison.exactly(steps, "status", result.status, status)
  comparison.exactly(steps, "evidence", result.evidence, withoutPaths(evidence))
  comparison.exactly(steps, "steps", result.steps, steps)
  comparison.exactly(steps, "parameters", { ...result.parameters }, parameterCounts(players))
  const { weights: file, moments, ...others } = result.artifacts
  if (learns) {
    comparison.digests(steps, result.weightsSha256, weightsDigest(weights))
    if (file !== undefined) {
      comparison.tensors(steps, "weights", decodeSafetensors(readFileSync(join(folder, file))), weights)
    }
  }
  const writes = learns && status === "completed"
  comparison.exactly(steps, "weights file", file, writes ? "artifacts/weights.safetensors" : undefined)
  if (result.status !== "completed" || status !== "completed") return
  const { method, judge, dataset } = opened
  if (judge !== undefined && result.exam !== undefined) {
    const { value: before, ...known } = result.exam
    const { value: now, ...anew } = await judge.exam(players[judge.player]!, dataset)
    comparison.numbers(steps, "exam", { exam: before }, { exam: now }, atLeastOne)
    comparison.exactly(steps, "exam's bar", { ...known }, withoutPaths({ ...anew }))
  }
  if (method === undefined) return
  const metrics = await opened.metrics()
  const { found, kept } = await judgePlayers({ ...opened, method }, players, metrics, tell)
  const replayed = Object.assign({}, ...found.map(({ values }) => values)) as Values
  const recorded = recordedValues(opened, published)
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
    compareMetric(steps, name, recorded[name], replayed[name], comparison)
  }
  await compareKept(steps, others, kept, folder, comparison)
  // There are none where the trial could not look back.
  if (moments === undefined) return
  const before = JSON.parse(readFileSync(join(folder, moments), "utf8")) as Moments
  compareMoments(steps, before, await lookBack({ ...opened, method }, players, metrics, steps), comparison)
}

/** Compares what the players went through, by the metrics that judged at each moment both times: others may have come since. */
function compareMoments(
  steps: number,
  { moments: before }: Moments,
  { moments: now }: Pick<Moments, "moments"> = { moments: [] },
  comparison: Comparison,
): void {
  const times = (of: Moments["moments"]) => of.map(({ step }) => step)
  comparison.exactly(steps, "moments", times(before), times(now))
  for (const [at, { values, signs }] of now.entries()) {
    const recorded = before[at]
    if (recorded === undefined) continue
    const both = Object.keys(values).filter((name) => name in recorded.values)
    const judged = (of: Readonly<Record<string, number>>) =>
      Object.fromEntries(both.map((name) => [`${name} of a moment`, of[name]!]))
    comparison.numbers(recorded.step, "moments", judged(recorded.values), judged(values), itself)
    comparison.numbers(recorded.step, "moments", { ...recorded.signs }, { ...signs }, atLeastOne)
  }
}

type Values = Readonly<Record<string, MetricValue>>

/** What the record says of the metrics that judge now: in its evaluations, or, of an earlier version, in the result itself. */
function recordedValues({ request }: OpenTrial, { home, result }: PublishedResult): Values {
  const { evaluations } = readEvaluations(home, result.trial)
  const asked = evaluations.filter(
    ({ record }) =>
      isOf(record, result) &&
      request.judging.some(({ id, execution }) => id === record.evaluation && execution === record.execution),
  )
  return Object.assign({}, result.metrics, ...asked.map(({ record }) => record.values))
}

function compareMetric(
  steps: number,
  name: string,
  recorded: MetricValue | undefined,
  replayed: MetricValue | undefined,
  comparison: Comparison,
): void {
  const numbers = (of: MetricValue | undefined) => ({
    ...(of === undefined ? {} : { [name]: of.value }),
    ...(typeof of?.noise === "number" ? { [`${name} noise`]: of.noise } : {}),
  })
  comparison.numbers(steps, name, numbers(recorded), numbers(replayed), itself)
  if (recorded === undefined || replayed === undefined) return
  const identity = ({ identity }: MetricValue) => withoutPaths({ ...identity }) as Json
  comparison.exactly(steps, `${name} identity`, identity(recorded), identity(replayed))
}

async function compareKept(
  steps: number,
  recorded: Readonly<Record<string, string>>,
  kept: readonly KeptFile[],
  folder: string,
  comparison: Comparison,
): Promise<void> {
  const names = kept.map(({ name, file }) => [name, `artifacts/${file}`] as const)
  comparison.exactly(steps, "kept files", { ...recorded }, Object.fromEntries(names))
  for (const { name, bytes } of kept) {
    const file = recorded[name]
    if (file === undefined) continue
    const before = readFileSync(join(folder, file))
    if (before.equals(bytes)) continue
    comparison.file(steps, name, [sha256(before), sha256(bytes)], await keptDistance(name, before, bytes))
  }
}
