import { join } from "node:path"
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
import { fileDigest } from "../store/files/durable.ts"
import { trialFolder } from "../store/files/layout.ts"
import { type Attestation, keepAttestation } from "../store/results/attestation.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"
import { type Alteration, alteration, attest, environmentDifferences } from "./verification.ts"

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
  /** Absolute path of the definition. */
  readonly definitionPath: string
  readonly childEntry: string
  /** The engine that the recorded one stands for here, with the recorded number of threads. */
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  /** Steps to play after the newest checkpoint that is kept; the whole trial when left out. */
  readonly window?: number
  readonly tolerance?: number
  readonly onMessage?: (message: ChildMessage) => void
}

/** Plays a published trial again in a process of its own, compares, and keeps the attestation beside the result. */
export const verifyTrial = Effect.fn("verifyTrial")(function* (options: VerifyOptions) {
  const { store, experiment, published, manifest, trial, engine, code } = options
  const environment = environmentDifferences(manifest, { engine, code, machine: describeMachine() })
  const altered = alteration(published)
  const attestation =
    altered === undefined
      ? attest(published, yield* replayed(options), environment, options.tolerance)
      : refusal(published, altered, environment)
  keepAttestation(trialFolder(store, experiment, trial.id), attestation)
  return attestation
})

const replayed = Effect.fnUntraced(function* (options: VerifyOptions) {
  const { store, experiment, published, manifest, trial, definitionPath, engine, code } = options
  const world: RequestWorld = {
    plan: { experiment, hash: manifest.plan.hash },
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

/** A record that contradicts itself is not worth a replay. */
function refusal(
  { result, folder }: PublishedResult,
  { sentence, difference }: Alteration,
  environment: Attestation["environment"],
): Attestation {
  return {
    schema: 1,
    trial: result.trial,
    execution: result.execution,
    date: new Date().toISOString(),
    outcome: "altered",
    sentence,
    firstDifference: difference,
    maxDifference: 0,
    window: { from: 0, to: 0, compared: 0 },
    environment,
    resultSha256: fileDigest(join(folder, "result.json")),
  }
}
