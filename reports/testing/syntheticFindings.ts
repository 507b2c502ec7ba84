import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import type { AnswerKind } from "@saddlepoint/core/contracts/method"
import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Comparison, Trial } from "@saddlepoint/core/declare/trial"
import { stream } from "@saddlepoint/engine/random"
import type { JournalStep } from "@saddlepoint/lab/contracts/journalStep"
import { lossCurves, noCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import type { Findings, JudgedResult, TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import sharp from "sharp"
import { plannedArms } from "./plannedArms.ts"

const outputs: readonly MetricOutput[] = [
  { name: "fid", higherIsBetter: false, unit: "", range: [0, Number.POSITIVE_INFINITY] },
  { name: "classAccuracy", higherIsBetter: true, unit: "", range: [0, 1] },
  { name: "l1", higherIsBetter: false, unit: "half ranges", range: [0, 2] },
  { name: "psnr", higherIsBetter: true, unit: "dB", range: [0, 106.02] },
]
const identity = { split: "test", images: 100, features: "3f9a2c", dataset: "b71e04" }
const controls = {
  real: [0.4, 0.91, 0, 106.02],
  blurred: [14, 0.55, 0.08, 24],
  trivial: [31, 0.38, 0.17, 17],
} as const

/** True means of the made-up arms, in the order of the outputs. */
const truths: Readonly<Record<string, readonly [role: "baseline" | "challenger", ...means: number[]]>> = {
  l1: ["baseline", 19, 0.52, 0.14, 18.9],
  l2: ["baseline", 21, 0.49, 0.15, 19.2],
  "gan/discriminator.receptiveField=1": ["challenger", 17.8, 0.53, 0.142, 18.7],
  "gan/discriminator.receptiveField=16": ["challenger", 12.5, 0.66, 0.146, 18.3],
  "gan/discriminator.receptiveField=70": ["challenger", 15.5, 0.58, 0.151, 18.0],
}

type End = "diverged" | "failed" | "missing"

/** What made-up findings should look like. */
export interface Synthetic {
  readonly arms?: Readonly<Record<string, readonly [role: "baseline" | "challenger", ...means: number[]]>>
  readonly seeds?: readonly number[]
  readonly comparisons?: readonly Comparison[]
  /** Ends of single trials, by `arm seed`; completed where left out. */
  readonly ends?: Readonly<Record<string, End>>
  /** Where small pictures are written; without it there are none. */
  readonly folder?: string
  /** What records say that the arms answer with; nothing, as in older records, where left out. */
  readonly answers?: AnswerKind
}

/** Made-up findings from a seeded stream, for tests of the report and for looking at it. No number means anything. */
export async function syntheticFindings(wish: Synthetic = {}): Promise<Findings> {
  const arms = wish.arms ?? truths
  const seeds = wish.seeds ?? [1, 2, 3, 4, 5]
  const comparison = { challenger: "gan/discriminator.receptiveField=16", margin: 0.1, alpha: 0.05 }
  const plan = (kind: Trial["kind"], arm: string, role: Trial["role"], seed: number): Trial => ({
    id: [...stream("synthetic", "id", arm, seed).fillUniform(new Float32Array(4))]
      .map((value) =>
        Math.floor(value * 65536)
          .toString(16)
          .padStart(4, "0"),
      )
      .join(""),
    kind,
    arm,
    role,
    seed,
    steps: kind === "control" ? 0 : 300,
    preimage: {},
    source: {},
    needs: [],
  })
  const planned = seeds.flatMap((seed) =>
    Object.entries(arms).map(([arm, [role]]) => plan("arm", arm, role, seed)),
  )
  const trials: TrialFinding[] = []
  for (const trial of planned) {
    const end = wish.ends?.[`${trial.arm} ${trial.seed}`]
    trials.push(await finding(trial, arms[trial.arm]!.slice(1) as number[], end, wish))
  }
  const plannedControls = Object.keys(controls).map((name) => plan("control", name, "control", 0))
  return {
    plan: {
      experiment: "patchgan-receptive-field",
      question: "Which discriminator patch size gives the most realistic translation?",
      profile: "quick",
      definition: {},
      hash: "9c1e".repeat(16),
      seeds,
      arms: plannedArms(Object.entries(arms).map(([name, [role]]) => [name, role])),
      judges: [plan("judge", "judge/fid.features", "judge", 7)],
      controls: plannedControls,
      trials: planned,
      comparisons: wish.comparisons ?? [
        { ...comparison, metric: "fid", baseline: "l1" },
        { ...comparison, metric: "fid", baseline: "l2" },
        { ...comparison, metric: "classAccuracy", baseline: "l1" },
        { ...comparison, metric: "l1", baseline: "l2" },
      ],
      outputs,
    },
    trials,
    controls: await Promise.all(
      plannedControls.map((trial) => {
        const values = controls[trial.arm as keyof typeof controls]
        return pictured({ ...head(trial, "completed"), result: result(trial, values) }, trial, wish)
      }),
    ),
    judges: [
      {
        ...head(plan("judge", "judge/fid.features", "judge", 7), "completed"),
        result: {
          ...result(plan("judge", "judge/fid.features", "judge", 7), []),
          steps: 400,
          exam: {
            score: "accuracy of what was done to images",
            value: 0.93,
            chance: 0.25,
            atLeast: 0.34375,
            images: 64,
            split: "validation",
          },
        },
      },
    ],
    environment: {
      engine: "onnx, onnxruntime-node 1.30.0",
      device: "cpu, 1 thread",
      node: "20.20.2",
      platform: "linux x64",
    },
  }
}

function head({ id, arm, role, kind, seed }: Trial, status: TrialFinding["status"]) {
  return { id, arm, role, kind, seed, status, curves: noCurves }
}

function result(trial: Trial, values: readonly number[]): JudgedResult {
  const gan = trial.arm.startsWith("gan")
  const draws = stream("synthetic", "cost", trial.arm, trial.seed)
  const trainSeconds = (gan ? 9.5 : 4.2) + draws.uniform()
  return {
    schema: 1,
    trial: trial.id,
    kind: trial.kind,
    arm: trial.arm,
    role: trial.role,
    seed: trial.seed,
    status: "completed",
    trainSeconds,
    seconds: trainSeconds + 1.5,
    steps: trial.steps,
    weightsSha256: trial.kind === "control" ? "" : trial.id.repeat(4),
    parameters:
      trial.kind === "control"
        ? {}
        : gan
          ? { generator: 436_547, discriminator: 25_921 }
          : { generator: 436_547 },
    metrics: Object.fromEntries(
      values.map((value, i) => {
        const { name } = outputs[i]!
        // Like the metrics of sets, fid estimates its evaluation noise.
        return [name, { value, ...(name === "fid" ? { noise: 0.02 * value } : {}), identity }]
      }),
    ),
    peakMemory: 410 + 20 * draws.uniform(),
    artifacts: {},
    execution: "e0".repeat(16),
  }
}

async function finding(
  trial: Trial,
  means: readonly number[],
  end: End | undefined,
  wish: Synthetic,
): Promise<TrialFinding> {
  const journal = journalOf(trial, end === "diverged" ? 120 : 300)
  if (end === "missing") return head(trial, "missing")
  if (end === "failed")
    return {
      ...head(trial, "failed"),
      curves: lossCurves(journal.slice(0, 9)),
      evidence: "The process ended with signal SIGKILL.",
    }
  const draws = stream("synthetic", "values", trial.arm, trial.seed)
  // Seeds share luck, so that pairing pays.
  const luck = stream("synthetic", "luck", trial.seed).normal()
  const values = means.map((value) => value * (1 + 0.04 * luck + 0.025 * draws.normal()))
  if (end === "diverged") {
    const evidence = "The loss generator/total became NaN at step 120."
    return {
      ...head(trial, "diverged"),
      evidence,
      curves: lossCurves(journal),
      result: { ...result(trial, []), status: "diverged", evidence },
    }
  }
  return pictured(
    { ...head(trial, "completed"), curves: lossCurves(journal), result: result(trial, values) },
    trial,
    wish,
  )
}

/** A completed trial with the kind of its answers and the picture that it left, as wished for. */
async function pictured(
  completed: TrialFinding & { readonly result: JudgedResult },
  trial: Trial,
  { folder, answers }: Synthetic,
): Promise<TrialFinding> {
  const said = answers === undefined ? completed : { ...completed, answers }
  if (folder === undefined) return said
  const own = join(folder, trial.id)
  await mkdir(own, { recursive: true })
  const artifact = answers === "picture" ? "picture" : "grid"
  const sheet = answers === "samples" ? 8 : 1
  if (answers === "samples" || answers === "picture")
    await writeSheet(trial, sheet, join(own, `${artifact}.png`))
  else await writeGrid(trial, join(own, "grid.png"))
  const artifacts = { [artifact]: `${artifact}.png` }
  return { ...said, folder: own, result: { ...completed.result, artifacts } }
}

function journalOf(trial: Trial, steps: number): JournalStep[] {
  const draws = stream("synthetic", "journal", trial.arm, trial.seed)
  return Array.from({ length: steps / 5 }, (_, i) => {
    const step = i * 5
    const l1 = 0.14 + 0.5 * Math.exp(-step / 40) + 0.012 * draws.normal()
    const losses = trial.arm.startsWith("gan")
      ? {
          "discriminator/adversarial": 0.55 + 0.12 * draws.normal(),
          "discriminator/total": 0.55 + 0.12 * draws.normal(),
          "generator/adversarial": 1.1 + 0.002 * step + 0.2 * draws.normal(),
          "generator/l1": l1,
          "generator/total": 100 * l1 + 1.1,
        }
      : { [`generator/${trial.arm}`]: l1, "generator/total": 100 * l1 }
    return { event: "step", stage: "translate", step, seconds: step * 0.03, losses }
  })
}

/** A sheet of so many rows and columns of images of 28 px, each of one noisy grey; 2 px between them. */
async function writeSheet(trial: Trial, columns: number, file: string): Promise<void> {
  const [side, gap] = [28, 2]
  const width = columns * (side + gap) - gap
  const noise = stream("synthetic", "sheet", trial.arm)
  const greys = Array.from({ length: columns ** 2 }, () => 255 * noise.uniform())
  const pixels = Buffer.from(
    Array.from({ length: width ** 2 }, (_, at) => {
      const [x, y] = [at % width, Math.floor(at / width)]
      if (x % (side + gap) >= side || y % (side + gap) >= side) return 255
      const grey = greys[Math.floor(y / (side + gap)) * columns + Math.floor(x / (side + gap))]!
      return Math.max(0, Math.min(255, Math.round(grey + 12 * noise.normal())))
    }),
  )
  await sharp(pixels, { raw: { width, height: width, channels: 1 } })
    .png()
    .toFile(file)
}

/** Four examples: blocks as input, blocks with texture as target, a noisy target as output; 2 px between images. */
async function writeGrid(trial: Trial, file: string): Promise<void> {
  const [side, examples, gap] = [64, 4, 2]
  const width = 3 * (side + gap) - gap
  const height = examples * (side + gap) - gap
  const noise = stream("synthetic", "picture", trial.arm)
  const pixels = Buffer.alloc(width * height * 3, 255)
  for (let top = 0; top < height; top++) {
    for (let left = 0; left < width; left++) {
      const [column, example] = [Math.floor(left / (side + gap)), Math.floor(top / (side + gap))]
      const [x, y] = [left % (side + gap), top % (side + gap)]
      if (x >= side || y >= side) continue
      const block = (Math.floor(x / 16) * 3 + Math.floor(y / 16) * 5 + example) % 4
      const texture = 40 * Math.sin((x * (block + 1)) / 3) * Math.cos((y * (4 - block)) / 4)
      for (let channel = 0; channel < 3; channel++) {
        const flat = 60 + 45 * ((block + channel + example) % 4)
        const value = [
          255 * ((block >> (channel % 2)) & 1),
          flat + 0.5 * texture + 18 * noise.normal(),
          flat + texture,
        ][column]!
        pixels[(top * width + left) * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)))
      }
    }
  }
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file)
}
