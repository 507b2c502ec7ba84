import type { Stage } from "@saddlepoint/core/contracts/game"
import type { Json } from "@saddlepoint/core/contracts/json"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { type Outcome, stepsOf, train } from "@saddlepoint/core/play/trainer"
import { fetchWeights, weightsDigest } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { TrialRequest, VerifyTask } from "../contracts/trialRequest.ts"
import { type Checkpoint, readCheckpoint } from "../store/attempts/checkpoint.ts"
import { checkpointFiles } from "../store/attempts/checkpointFile.ts"
import { readJournal, stepsPerLine } from "../store/attempts/journal.ts"
import { readManifest, sealedManifests } from "../store/attempts/manifest.ts"
import { withoutPaths } from "../store/files/privacy.ts"
import { type PublishedResult, publishedResult } from "../store/trials/trialRecord.ts"
import { openBreath } from "./breath.ts"
import { compareEnd } from "./compareEnd.ts"
import { atLeastOne, type Comparison, openComparison } from "./comparison.ts"
import { type OpenTrial, openTrial } from "./openTrial.ts"
import { recomputedFacts } from "./recomputedFacts.ts"

/**
 * Plays a published trial again, without writing anything, and tells how all that can be played again compares: what the trial
 * is, losses of every journalled step, weights at checkpoints and at the end, how it ended, every metric's value, noise and
 * identity, and the files that judging keeps. What a verifying process does.
 * @param request its `window` limits it to that many steps after a checkpoint that is kept, or from the start
 */
export async function replayTrial(
  request: TrialRequest<VerifyTask>,
  plugins: PluginMap,
  tell: (message: ChildMessage) => void,
  judgingPlugins?: () => Promise<PluginMap>,
): Promise<void> {
  const { store, experiment, trial, execution, window } = request
  const published = publishedResult(store, experiment, trial.id, execution)
  if (published === undefined)
    throw new Error(`Expected a result of the trial ${trial.id}, but there is none.`)
  const opened = await openTrial(request, plugins, judgingPlugins)
  const comparison = openComparison()
  const stages = opened.stages()
  await compareFacts(opened, stages, published, comparison)
  const checkpoint = window === undefined ? undefined : checkpointBefore(published, window)
  const from = checkpoint?.state.played ?? 0
  const steps = stepsOf(stages, trial.steps).reduce((sum, share) => sum + share, 0)
  const to = window === undefined ? steps : Math.min(steps, from + window)
  const { outcome, compared } =
    stages.length === 0
      ? { outcome: untrained, compared: 0 }
      : await replaySteps(opened, stages, published, { checkpoint, steps, to }, comparison)
  if (outcome.status !== "stopped") await compareEnd(opened, published, outcome, comparison, tell)
  opened.engine.dispose()
  tell({
    type: "replayed",
    replay: { from, to: Math.min(to, outcome.steps), compared, ...comparison.found() },
  })
}

/** What is left of a control's training. */
const untrained: Pick<Outcome, "status" | "evidence" | "players" | "steps"> = {
  status: "completed",
  players: {},
  steps: 0,
}

/** What the record says that the trial is, and what its manifest says of the dataset and the metrics. */
async function compareFacts(
  opened: OpenTrial<VerifyTask>,
  stages: readonly Stage[],
  { result, folder }: PublishedResult,
  comparison: Comparison,
): Promise<void> {
  const { trial, planHash } = opened.request
  comparison.exactly(0, "kind", result.kind, trial.kind)
  comparison.exactly(0, "seed", result.seed, trial.seed)
  const manifest = readManifest(folder)
  // Another definition may give the same trial another name and role.
  if (manifest?.plan.hash === planHash) {
    comparison.exactly(0, "arm", result.arm, trial.arm)
    comparison.exactly(0, "role", result.role, trial.role)
  }
  if (manifest === undefined || manifest.schema < sealedManifests) return
  comparison.exactly(0, "manifest arm", manifest.arm, result.arm)
  comparison.exactly(0, "manifest role", manifest.role, result.role)
  comparison.exactly(0, "manifest seed", manifest.seed, trial.seed)
  comparison.exactly(0, "manifest steps", manifest.steps, trial.steps)
  const [told, facts] = [asJson(manifest), asJson(await recomputedFacts(opened, stages))]
  for (const name of ["answers", "trainingSteps", "dataset", "form"]) {
    // Manifests of earlier versions have no form.
    if (name === "form" && told.form === undefined) continue
    comparison.exactly(0, `manifest ${name}`, told[name], facts[name])
  }
}

/** As JSON keeps it: without what is undefined, and without infinities, of which it makes null. */
function asJson(value: object): Record<string, Json> {
  return JSON.parse(JSON.stringify(withoutPaths(value)))
}

async function replaySteps(
  opened: OpenTrial<VerifyTask>,
  stages: readonly Stage[],
  { folder, result }: PublishedResult,
  {
    checkpoint,
    steps,
    to,
  }: { readonly checkpoint?: Checkpoint | undefined; readonly steps: number; readonly to: number },
  comparison: Comparison,
): Promise<{ readonly outcome: Outcome; readonly compared: number }> {
  const { request, engine, given } = opened
  const journal = readJournal(folder)
  const recorded = new Map(journal.steps.map((line) => [line.step, line]))
  const weights = new Map(journal.checkpoints.map((line) => [line.step, line.weights]))
  const every = stepsPerLine(steps)
  let played = checkpoint?.state.played ?? 0
  let compared = 0
  const breathe = openBreath()
  const outcome = await train({
    stages,
    seed: request.trial.seed,
    steps: request.trial.steps,
    engine,
    given,
    openLoader,
    ...(checkpoint === undefined ? {} : { from: checkpoint.state }),
    stop: () => to < steps && played >= to,
    async onStep({ stage, step, losses, capture }) {
      played = step + 1
      const line = recorded.get(step)
      if (line !== undefined) {
        compared += 1
        comparison.exactly(step, "stage", line.stage, stage)
        comparison.numbers(step, "losses", line.losses, losses, atLeastOne)
      } else if (step % every === 0 || step === steps - 1) {
        comparison.exactly(step, "journal", undefined, `a line of step ${step}`)
      }
      const digest = weights.get(played)
      if (digest !== undefined) {
        comparison.digests(step, digest, weightsDigest((await capture()).players))
      }
      await breathe()
    },
  })
  await fetchWeights(outcome.players)
  if (outcome.status !== "stopped") {
    const beyond = journal.steps.find(({ step }) => step >= outcome.steps)
    comparison.exactly(result.steps, "journal", beyond && `a line of step ${beyond.step}`, undefined)
  }
  return { outcome, compared }
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
