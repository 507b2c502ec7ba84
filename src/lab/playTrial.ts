import type { OpenDataset } from "@saddlepoint/core/dataset"
import type { PluginMap } from "@saddlepoint/core/definition"
import { evaluate, evaluationBatch } from "@saddlepoint/core/evaluate"
import type { Players, Stage } from "@saddlepoint/core/game"
import type { JsonObject } from "@saddlepoint/core/json"
import { withControls } from "@saddlepoint/core/plan"
import { build } from "@saddlepoint/core/resolve"
import { encodeSafetensors } from "@saddlepoint/core/safetensors"
import { train } from "@saddlepoint/core/trainer"
import {
  fetchWeights,
  firstNonFinite,
  parameterCounts,
  weightsDigest,
  weightsOf,
} from "@saddlepoint/core/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import type { Engine, EngineIdentity } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import { forbidMathRandom } from "@saddlepoint/engine/random"
import { type Attempt, openAttempt } from "./attempt.ts"
import type { ChildMessage, TrialRequest } from "./childChannel.ts"
import { trainedMetrics } from "./judges.ts"
import { cacheFolder } from "./layout.ts"
import { openPictures } from "./pictures.ts"
import type { ResultStatus, TrialResult } from "./result.ts"

/** At most so many steps of a trial are journalled, evenly spaced, and the last. */
const journalledSteps = 200
/** Milliseconds between progress messages. */
const progressInterval = 200

type Tell = (message: ChildMessage) => void
type Trained = Pick<TrialResult, "status" | "evidence" | "steps" | "trainSeconds"> & {
  readonly players: Players
}

/**
 * Plays one trial from its first step to its published result; what a trial's process does.
 * @param definitionPlugins those of the trial's definition
 */
export async function playTrial(
  request: TrialRequest,
  definitionPlugins: PluginMap,
  tell: Tell,
): Promise<ResultStatus> {
  const plugins = withControls(definitionPlugins)
  const started = performance.now()
  const { trial, store, experiment, execution, code } = request
  const engine = await openEngine({ device: request.device, threads: request.threads })
  refuse(otherEngine(request.engine, engine.identity))
  const data = build("dataset", trial.source, plugins)
  const dataset = await data.open(cacheFolder(store))
  const datasetDigest = await data.digest()
  const metrics = trainedMetrics(request, plugins, dataset)
  // Everything is imported: from here on, randomness has a name and a seed.
  forbidMathRandom()
  const attempt = openAttempt(store, experiment, trial, execution, {
    plan: { hash: request.planHash, ...(request.profile === undefined ? {} : { profile: request.profile }) },
    engine: engine.identity,
    code,
    outputs: metrics.flatMap(({ metric }) => metric.outputs),
    dataset: { digest: datasetDigest, licence: data.licence, ...splitSizes(dataset) },
  })
  tell({ type: "started", attempt: attempt.number })

  const spec = trial.preimage.spec as JsonObject
  const method =
    trial.kind === "judge" ? undefined : build("method", { ...spec, data: trial.source }, plugins)
  const judge = trial.kind === "judge" ? build("judge", spec, plugins) : undefined
  refuse(method?.refuses?.(dataset) ?? [])
  const stages = method?.stages(dataset) ?? judge!.stages(dataset)
  const trained = await training(stages, trial.steps, trial.seed, engine, attempt, tell)
  await fetchWeights(trained.players)
  const weights = weightsOf(trained.players)
  const broken = trained.status === "completed" ? firstNonFinite(weights) : undefined
  const status = broken === undefined ? trained.status : "diverged"
  const evidence =
    broken === undefined ? trained.evidence : `${broken} is not finite after ${trained.steps} steps.`

  const artifacts: Record<string, string> = {}
  let judged: TrialResult["metrics"] = {}
  if (status === "completed") {
    if (stages.length > 0) {
      artifacts.weights = attempt.artifact("weights.safetensors", encodeSafetensors(weights))
    }
    if (method !== undefined) {
      const pictures = openPictures()
      const batches = Math.ceil(dataset.splits.test.size / evaluationBatch)
      judged = await evaluate({
        method,
        players: trained.players,
        dataset,
        datasetDigest,
        metrics,
        engine,
        seed: trial.seed,
        async onBatch(batch, index) {
          await pictures.add(batch)
          tell({
            type: "progress",
            phase: "judging",
            stage: "test",
            step: index + 1,
            steps: batches,
            losses: {},
          })
        },
      })
      artifacts.grid = attempt.artifact("grid.png", await pictures.draw())
    }
  }
  attempt.journal({ event: "engine", ...engine.memory() })
  const result: TrialResult = {
    schema: 1,
    trial: trial.id,
    kind: trial.kind,
    arm: trial.arm,
    role: trial.role,
    seed: trial.seed,
    status,
    ...(evidence === undefined ? {} : { evidence }),
    trainSeconds: trained.trainSeconds,
    seconds: (performance.now() - started) / 1000,
    steps: trained.steps,
    weightsSha256: stages.length === 0 ? "" : weightsDigest(weights),
    parameters: parameterCounts(trained.players),
    metrics: judged,
    peakMemory: process.resourceUsage().maxRSS / 1024,
    artifacts,
    execution,
  }
  attempt.finish(result)
  tell({ type: "finished", status })
  engine.dispose()
  return status
}

async function training(
  stages: readonly Stage[],
  steps: number,
  seed: number,
  engine: Engine,
  attempt: Attempt,
  tell: Tell,
): Promise<Trained> {
  if (stages.length === 0) return { status: "completed", steps: 0, trainSeconds: 0, players: {} }
  const every = Math.max(1, Math.floor(steps / journalledSteps))
  const begun = performance.now()
  let told = 0
  const outcome = await train({
    stages,
    seed,
    steps,
    engine,
    openLoader,
    onStep({ stage, step, losses }) {
      const now = performance.now()
      const finite = Object.values(losses).every(Number.isFinite)
      if (finite && (step % every === 0 || step === steps - 1)) {
        attempt.journal({ event: "step", stage, step, seconds: (now - begun) / 1000, losses })
      }
      if (now - told < progressInterval && step < steps - 1) return
      told = now
      tell({ type: "progress", phase: "training", stage, step: step + 1, steps, losses })
    },
  })
  const { status, evidence, players, leaked } = outcome
  if (leaked > 0) attempt.journal({ event: "leak", tensors: leaked })
  for (const { stage, turns, mode, reason } of outcome.turns) {
    attempt.journal({ event: "turns", stage, turns: [...turns], mode, reason })
  }
  const trainSeconds = (performance.now() - begun) / 1000
  return {
    status,
    ...(evidence === undefined ? {} : { evidence }),
    players,
    steps: outcome.steps,
    trainSeconds,
  }
}

/** A trial that cannot be played ends with all the reasons; the parent shows them and does not try again. */
export class Refusal extends Error {
  override readonly name = "Refusal"
}

/** Results are filed under the engine that the parent saw; this process must not compute on another one. */
function otherEngine(expected: EngineIdentity, got: EngineIdentity): string[] {
  const show = ({ name, version, device, threads }: EngineIdentity) =>
    `${name} (${version}) on ${device} with ${threads} threads`
  if (show(expected) === show(got)) return []
  return [`Expected the engine ${show(expected)}, but this process opened ${show(got)}; run again.`]
}

function refuse(sentences: readonly string[]): void {
  if (sentences.length > 0) throw new Refusal(sentences.join(" "))
}

function splitSizes({ splits }: OpenDataset): Record<string, number> {
  return { train: splits.train.size, validation: splits.validation.size, test: splits.test.size }
}
