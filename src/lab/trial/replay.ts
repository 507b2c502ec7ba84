import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Players } from "@saddlepoint/core/contracts/game"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import type { Losses } from "@saddlepoint/core/play/round"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { train } from "@saddlepoint/core/play/trainer"
import { fetchWeights, type Weights, weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { Difference } from "../contracts/replay.ts"
import type { TrialResult } from "../contracts/result.ts"
import type { TrialRequest, VerifyTask } from "../contracts/trialRequest.ts"
import { type Checkpoint, checkpointFiles, readCheckpoint } from "../store/attempts/checkpoint.ts"
import { readJournal } from "../store/attempts/journal.ts"
import { type PublishedResult, publishedResult } from "../store/trials/trialRecord.ts"
import { openBreath } from "./breath.ts"
import { judgePlayers } from "./judging.ts"
import { type OpenTrial, openTrial } from "./openTrial.ts"

/**
 * Plays a published trial again, without writing anything, and tells how every number compares: losses of every
 * journalled step, weights at checkpoints and at the end, the metrics. What a verifying process does.
 * @param request its `window` limits it to that many steps after a checkpoint that is kept, or from the start
 */
export async function replayTrial(
  request: TrialRequest<VerifyTask>,
  plugins: PluginMap,
  tell: (message: ChildMessage) => void,
): Promise<void> {
  const { store, experiment, trial, execution, window } = request
  const published = publishedResult(store, experiment, trial.id, execution)
  if (published === undefined)
    throw new Error(`Expected a result of the trial ${trial.id}, but there is none.`)
  const opened = await openTrial(request, plugins)
  const comparison = compare()
  const checkpoint = window === undefined ? undefined : checkpointBefore(published, window)
  const from = checkpoint?.state.played ?? 0
  const { steps } = published.result
  const to = window === undefined ? steps : Math.min(steps, from + window)

  const journal = readJournal(published.folder)
  const recorded = new Map(journal.steps.map((line) => [line.step, line.losses]))
  const weights = new Map(journal.checkpoints.map((line) => [line.step, line.weights]))
  const stages = opened.stages()
  let players: Players = {}
  let compared = 0
  if (stages.length > 0) {
    let played = from
    const breathe = openBreath()
    const outcome = await train({
      stages,
      seed: trial.seed,
      steps: trial.steps,
      engine: opened.engine,
      given: opened.given,
      openLoader,
      ...(checkpoint === undefined ? {} : { from: checkpoint.state }),
      stop: () => played >= to,
      async onStep({ step, losses, capture }) {
        played = step + 1
        const line = recorded.get(step)
        if (line !== undefined) {
          compared += 1
          comparison.losses(step, line, losses)
        }
        const digest = weights.get(played)
        if (digest !== undefined) {
          comparison.text(step, "weights", digest, weightsDigest((await capture()).players))
        }
        await breathe()
      },
    })
    players = outcome.players
    await fetchWeights(players)
  }
  if (to === steps) await compareEnd(opened, published, players, comparison, tell)
  opened.engine.dispose()
  tell({ type: "replayed", replay: { from, to, compared, ...comparison.found() } })
}

async function compareEnd(
  opened: OpenTrial,
  { result, folder }: PublishedResult,
  players: Players,
  comparison: Comparison,
  tell: (message: ChildMessage) => void,
): Promise<void> {
  const { steps, weightsSha256 } = result
  if (weightsSha256 !== "") {
    const weights = weightsOf(players)
    comparison.text(steps, "weights", weightsSha256, weightsDigest(weights))
    const file = result.artifacts.weights
    if (file !== undefined) comparison.weights(decodeSafetensors(readFileSync(join(folder, file))), weights)
  }
  const { method, judge, dataset } = opened
  if (judge !== undefined && result.exam !== undefined) {
    const { value } = await judge.exam(players[judge.player]!, dataset)
    comparison.losses(steps, { exam: result.exam.value }, { exam: value })
  }
  if (method === undefined || result.status !== "completed") return
  const { metrics } = await judgePlayers({ ...opened, method }, players, tell)
  const values = (of: TrialResult["metrics"]) =>
    Object.fromEntries(Object.entries(of).map(([name, { value }]) => [name, value]))
  comparison.losses(steps, values(result.metrics), values(metrics))
}

/** The newest whole checkpoint that has `window` steps after it, else the oldest. */
function checkpointBefore({ folder, result }: PublishedResult, window: number): Checkpoint | undefined {
  let oldest: Checkpoint | undefined
  for (const file of checkpointFiles(folder)) {
    oldest = readCheckpoint(folder, file) ?? oldest
    if (oldest !== undefined && oldest.state.played + window <= result.steps) return oldest
  }
  return oldest
}

type Comparison = ReturnType<typeof compare>

/** Collects the first and the largest difference. */
function compare() {
  let firstDifference: Difference | null = null
  let maxDifference = 0
  const note = (difference: Difference) => {
    firstDifference ??= difference
  }
  const measure = (recorded: number, replayed: number) => {
    if (recorded === replayed) return
    const gap = Math.abs(recorded - replayed) / Math.max(1, Math.abs(recorded))
    // JSON, in which messages travel, knows no infinity.
    maxDifference = Math.max(maxDifference, Number.isFinite(gap) ? gap : Number.MAX_VALUE)
  }
  return {
    text(step: number, name: string, recorded: string, replayed: string) {
      if (recorded !== replayed) note({ step, name, recorded, replayed })
    },
    losses(step: number, recorded: Losses, replayed: Losses) {
      for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
        const [before, now] = [recorded[name] ?? Number.NaN, replayed[name] ?? Number.NaN]
        if (Object.is(before, now) || before === now) continue
        note({ step, name, recorded: shown(before), replayed: shown(now) })
        measure(before, now)
      }
    },
    weights(recorded: Weights, replayed: Weights) {
      for (const [name, { values }] of Object.entries(recorded)) {
        const others = replayed[name]?.values ?? []
        for (const [index, value] of values.entries()) measure(value, others[index] ?? Number.NaN)
      }
    },
    found: () => ({ firstDifference, maxDifference }),
  }
}

/** Numbers that JSON does not know travel as text. */
function shown(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}
