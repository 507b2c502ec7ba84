import type { Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import * as Effect from "effect/Effect"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { CodeIdentity } from "../contracts/codeIdentity.ts"
import type { Replay } from "../contracts/replay.ts"
import { launch } from "../schedule/launcher.ts"
import { type RequestWorld, trialRequest } from "../schedule/trialRequest.ts"
import { classifyEnd } from "../store/attempts/failure.ts"
import type { Manifest } from "../store/attempts/manifest.ts"
import { describeMachine } from "../store/execution/machine.ts"
import type { EnvironmentDifference } from "../store/results/attestation.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"
import { attest, environmentDifferences, type Tolerance } from "./verification.ts"

/** A trial could not be played again. */
export class ReplayFailed extends Error {
  override readonly name = "ReplayFailed"
}

export interface VerifyOptions {
  /** Absolute folder of the run store. */
  readonly store: string
  readonly experiment: string
  readonly published: PublishedResult
  readonly manifest: Manifest
  /** The trial as its definition gives it now; its id is the result's. */
  readonly trial: Trial
  /** Hash of the definition as it is now. */
  readonly planHash: string
  /** Absolute path of the definition. */
  readonly definitionPath: string
  readonly childEntry: string
  /** The engine that the recorded one stands for here, with the recorded number of threads. */
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  /** Steps to play after the newest checkpoint that is kept; the whole trial when left out. */
  readonly window?: number
  readonly tolerance?: Tolerance
  readonly onMessage?: (message: ChildMessage) => void
}

/** Plays a published trial, whose record agrees with itself, again in a process of its own, and compares. Nothing is written. */
export const verifyTrial = Effect.fn("verifyTrial")(function* (options: VerifyOptions) {
  const { published, manifest, engine, code, tolerance } = options
  const environment = [
    ...environmentDifferences(manifest, { engine, code, machine: describeMachine() }),
    ...nameDifferences(options),
  ]
  return attest(published, yield* replayed(options), environment, tolerance)
})

/** Another definition may call the same trial by another name, or give it another role. */
function nameDifferences({ manifest, planHash, published, trial }: VerifyOptions): EnvironmentDifference[] {
  if (manifest.plan.hash === planHash) return []
  return (["arm", "role"] as const).flatMap((what) => {
    const [recorded, present] = [published.result[what], trial[what]]
    return recorded === present ? [] : [{ what, recorded, present }]
  })
}

const replayed = Effect.fnUntraced(function* (options: VerifyOptions) {
  const { store, experiment, published, trial, planHash, definitionPath, engine, code } = options
  const world: RequestWorld = {
    plan: { experiment, hash: planHash },
    store,
    definitionPath,
    device: engine.name,
    engine,
    code,
    execution: published.result.execution,
  }
  let replay: Replay | undefined
  const end = yield* launch({
    childEntry: options.childEntry,
    request: trialRequest(world, trial, {
      mode: "verify",
      ...(options.window === undefined ? {} : { window: options.window }),
    }),
    onMessage(message) {
      if (message.type === "replayed") replay = message.replay
      options.onMessage?.(message)
    },
  })
  if (replay !== undefined) return replay
  return yield* Effect.fail(
    new ReplayFailed(`The trial could not be played again. ${classifyEnd(end).sentence}`),
  )
})
