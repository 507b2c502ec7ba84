import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { PlannedArm, Trial } from "@saddlepoint/core/declare/trial"
import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { stream } from "@saddlepoint/engine/random"
import type { Answers } from "@saddlepoint/lab/contracts/answers"
import { noCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import type { Findings, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { plannedArms } from "./plannedArms.ts"
import { syntheticFindings } from "./syntheticFindings.ts"

const share = (name: string): MetricOutput => ({
  name,
  higherIsBetter: true,
  unit: "share",
  range: [0, 1],
  best: 1,
})
const unlabelled: readonly MetricOutput[] = [
  { name: "informationMaximisation", higherIsBetter: true, unit: "nats", range: [0, 10] },
  { name: "predictionEntropy", higherIsBetter: false, unit: "nats", range: [0, 10] },
]

export const clean = { use: "glyphs", size: 28 }
export const rotated = { use: "glyphs", size: 28, domain: "rotated" }

/** A made-up arm. */
export interface SyntheticArm {
  readonly role: PlannedArm["role"]
  /** Name of its method. */
  readonly use: string
  /** Target accuracy by seed, in the order of the seeds; a trial without one was not played. */
  readonly accuracy: readonly (number | undefined)[]
  readonly source?: JsonObject
  readonly target?: JsonObject
  readonly selection?: string
}

/** Two bounds and an arm halfway between them on every seed. */
export const halfway: Readonly<Record<string, SyntheticArm>> = {
  sourceOnly: { role: "baseline", use: "sourceOnly", accuracy: [0.5, 0.4, 0.6] },
  targetOnly: { role: "bound", use: "sourceOnly", accuracy: [0.9, 0.8, 1], source: rotated },
  dann: { role: "challenger", use: "dann", accuracy: [0.7, 0.6, 0.8] },
}

export interface SyntheticAdaptation {
  readonly arms?: Readonly<Record<string, SyntheticArm>>
  /** Whether the target has labels; it has where left out. */
  readonly labels?: boolean
  /** Where answers and features are written; without it there are none. */
  readonly folder?: string
  /** What the arms of role challenger are compared with; nothing where left out. */
  readonly against?: string
}

/** Made-up findings of an experiment on domain adaptation, from glyphs to rotated glyphs. No number means anything. */
export async function syntheticAdaptation(wish: SyntheticAdaptation = {}): Promise<Findings> {
  const { arms = halfway, labels = true, folder, against } = wish
  const base = await syntheticFindings({
    seeds: [1],
    arms: { l1: ["baseline", 1, 1, 1, 1] },
    comparisons: [],
  })
  const seeds = Object.values(arms)[0]!.accuracy.map((_, index) => index + 1)
  const outputs = labels
    ? [share("targetAccuracy"), share("targetClassAccuracy"), share("sourceAccuracy"), ...unlabelled]
    : unlabelled
  const planned = seeds.flatMap((seed) => Object.entries(arms).map(([name, arm]) => trialOf(name, arm, seed)))
  const trials = await Promise.all(
    planned.map((trial) => {
      const accuracy = arms[trial.arm]!.accuracy[trial.seed - 1]
      const known = { accuracy, labels, selection: arms[trial.arm]!.selection ?? "last" }
      return findingOf(trial, known, base.trials[0]!, folder)
    }),
  )
  const challengers = Object.entries(arms).filter(([, { role }]) => role === "challenger")
  return {
    ...base,
    plan: {
      ...base.plan,
      experiment: "dann-vs-cycada",
      question: "Which strategy closes how much of the gap?",
      seeds,
      arms: plannedArms(Object.entries(arms).map(([name, { role }]) => [name, role])),
      judges: [],
      controls: [],
      trials: planned,
      comparisons:
        against === undefined
          ? []
          : challengers.map(([challenger]) => ({
              metric: "targetAccuracy",
              challenger,
              baseline: against,
              margin: 0.1,
              alpha: 0.05,
            })),
      outputs,
    },
    trials,
    controls: [],
    judges: [],
  }
}

function trialOf(name: string, arm: SyntheticArm, seed: number): Trial {
  const { role, use, selection, source = clean, target = rotated } = arm
  const data = { use: "adaptation", source, target }
  return {
    id: Buffer.from(`${name} ${seed}`).toString("hex").padEnd(16, "0").slice(-16),
    kind: "arm",
    arm: name,
    role,
    seed,
    steps: 300,
    preimage: { spec: { use, data, ...(selection === undefined ? {} : { selection }) } },
    source: data,
    needs: [],
  }
}

interface Known {
  readonly accuracy: number | undefined
  readonly labels: boolean
  readonly selection: string
}

async function findingOf(
  { id, arm, role, kind, seed }: Trial,
  { accuracy, labels, selection }: Known,
  model: TrialFinding,
  folder: string | undefined,
): Promise<TrialFinding> {
  const head = { id, arm, role, kind, seed, curves: noCurves }
  if (accuracy === undefined) return { ...head, status: "missing" }
  const identity = { split: "test", images: 100, selection }
  const values = {
    ...(labels
      ? { targetAccuracy: accuracy, targetClassAccuracy: accuracy, sourceAccuracy: 0.9 + 0.01 * seed }
      : {}),
    informationMaximisation: 1 + 0.1 * seed,
    predictionEntropy: 0.5,
  }
  const metrics = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, identity }]),
  )
  const result = { ...model.result!, trial: id, arm, role, seed, metrics, artifacts: {} }
  if (folder === undefined) return { ...head, status: "completed", result }
  const own = join(folder, id)
  await mkdir(own, { recursive: true })
  await writeFile(join(own, "answers.json"), JSON.stringify(answersOf(accuracy, labels)))
  await writeFile(join(own, "features.safetensors"), featuresOf(arm))
  const artifacts = { answers: "answers.json", features: "features.safetensors" }
  return { ...head, status: "completed", folder: own, result: { ...result, artifacts } }
}

/** A hundred images of two classes by turns; the last ones of each class are given the other. */
function answersOf(accuracy: number, labelled: boolean): Answers {
  const labels = Array.from({ length: 100 }, (_, index) => index % 2)
  const right = Math.round(100 * accuracy)
  const answers = labels.map((label, index) => (index < right ? label : 1 - label))
  return {
    classes: ["cat", "dog"],
    target: { labels: labelled ? labels : labels.map(() => -1), answers },
    source: { labels, answers: labels },
  }
}

/** Features of four numbers; those of the target lie off along the first. */
function featuresOf(arm: string): Buffer {
  const draws = stream("synthetic", "features", arm)
  const rows = (offset: number) =>
    Float32Array.from({ length: 30 * 4 }, (_, at) => draws.normal() + (at % 4 === 0 ? offset : 0))
  return encodeSafetensors({
    source: { shape: [30, 4], values: rows(0) },
    target: { shape: [30, 4], values: rows(6) },
  })
}
