import { fileURLToPath } from "node:url"
import { openEngine } from "@saddlepoint/engine/open"
import { oneExecution } from "@saddlepoint/lab/contracts/execution"
import { openProgress } from "@saddlepoint/lab/progress/progress"
import type { RunOptions } from "@saddlepoint/lab/schedule/runOptions"
import { runPlan } from "@saddlepoint/lab/schedule/runPlan"
import { executionIdentity } from "@saddlepoint/lab/store/execution/executionIdentity"
import { identifyCode } from "@saddlepoint/lab/store/execution/identifyCode"
import { judgedResult } from "@saddlepoint/lab/store/reading/judgedResult"
import { openStore } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Effect from "effect/Effect"
import type { PlannedRecipe } from "./planRecipe.ts"

const childEntry = fileURLToPath(new URL("./child.ts", import.meta.url))

/** What one training seed of a recipe came to. */
export interface Played {
  readonly seed: number
  /** Of the recipe's metric; absent where the trial diverged or failed. */
  readonly score?: number
  /** Of training: wall-clock, on one core. */
  readonly seconds?: number
  /** One sentence on what went wrong, where something did. */
  readonly evidence?: string
}

/** How a recipe's trials are played here. */
export type Playing = Omit<RunOptions, "onEvent">

/** Looks at the engine and digests the code that a recipe's results will rest on; makes the store ready. */
export async function openPlaying(planned: PlannedRecipe, store: string): Promise<Playing> {
  const { plan, definitionPath, overrides, recipe } = planned
  const device = "cpu"
  const engine = await openEngine({ device, threads: 1 })
  const { identity } = engine
  engine.dispose()
  const code = await identifyCode({ definitionPath, childEntry })
  openStore(store)
  return {
    plan,
    store,
    definitionPath,
    ...(recipe.profile === undefined ? {} : { profile: recipe.profile }),
    overrides,
    childEntry,
    workers: 1,
    device,
    engine: identity,
    executions: oneExecution({ id: executionIdentity(code, identity), code }),
  }
}

/** Plays what the store lacks of a recipe, one trial after the other, and gives what each seed came to. */
export async function playRecipe({ recipe }: PlannedRecipe, playing: Playing): Promise<readonly Played[]> {
  const { plan, store, executions } = playing
  const progress = openProgress()
  const { failed } = await Effect.runPromise(
    runPlan({ ...playing, onEvent: (event) => progress.show(event) }),
  ).finally(() => progress.close())
  return plan.trials.map((trial) => {
    const { id, seed } = trial
    const result = judgedResult(store, plan.experiment, trial, executions)
    if (result === undefined) {
      const sentence = failed.find(({ trial }) => trial.id === id)?.sentence
      return { seed, evidence: sentence ?? "It was not played." }
    }
    const { evidence, trainSeconds: seconds, metrics } = result
    const score = metrics[recipe.metric]?.value
    return {
      seed,
      seconds,
      ...(score === undefined ? {} : { score }),
      ...(evidence === undefined ? {} : { evidence }),
    }
  })
}
