import type { Stage } from "@saddlepoint/core/contracts/game"
import type { EvaluateTask, PlayTask } from "../contracts/trialRequest.ts"
import { attemptNumbers } from "../store/attempts/attempt.ts"
import type { ManifestFacts } from "../store/attempts/manifest.ts"
import {
  describeDefinition,
  describeNumerics,
  describeParent,
  describeRandomness,
} from "../store/attempts/manifestFacts.ts"
import type { Resumption } from "../store/attempts/resume.ts"
import { cacheFolder, trialFolder } from "../store/files/layout.ts"
import type { OpenTrial } from "./openTrial.ts"
import { recomputedFacts } from "./recomputedFacts.ts"

/** What the manifest of an attempt tells, of one that only judges as well. */
export async function attemptFacts(
  opened: OpenTrial<PlayTask | EvaluateTask>,
  stages: readonly Stage[],
  resumption?: Resumption,
): Promise<ManifestFacts> {
  const { request, engine, confinement } = opened
  const { trial, store, experiment, profile } = request
  const before = attemptNumbers(trialFolder(store, experiment, trial.id)).filter((n) => n < request.attempt)
  return {
    plan: { hash: request.planHash, ...(profile === undefined ? {} : { profile }) },
    definition: describeDefinition(request.definition, profile, request.overrides),
    ...(request.declared === undefined ? {} : { declared: request.declared }),
    randomness: describeRandomness(trial),
    numerics: describeNumerics(engine.identity),
    engine: engine.identity,
    confinement,
    code: request.code,
    ...(await recomputedFacts(opened, stages, cacheFolder(store))),
    ...(resumption === undefined ? {} : { parent: describeParent(resumption) }),
    restarts: before.length,
  }
}
