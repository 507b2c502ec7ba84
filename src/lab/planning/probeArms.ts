import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import * as Effect from "effect/Effect"
import type { Probe } from "../contracts/probe.ts"
import { launch } from "../schedule/launcher.ts"
import { type RequestWorld, trialRequest } from "../schedule/trialRequest.ts"
import { classifyEnd } from "../store/attempts/failure.ts"
import { allTrials } from "../store/trials/allTrials.ts"
import { priceKey } from "./price.ts"
import { keepProbe } from "./priceBook.ts"

export interface Probing extends RequestWorld {
  readonly plan: Plan
  readonly childEntry: string
  /** Arms, judges and controls to measure, by name. */
  readonly arms: readonly string[]
}

/**
 * Measures arms one after the other, each in a process of its own, and keeps what was found in the run store.
 * @returns a sentence for each arm that could not be measured
 */
export const probeArms = Effect.fnUntraced(function* (probing: Probing) {
  const { plan, arms } = probing
  const sentences: string[] = []
  const all = allTrials(plan)
  for (const arm of arms) {
    const trial = all.find((candidate) => candidate.arm === arm)
    if (trial === undefined) continue
    const sentence = yield* probeArm(probing, trial)
    if (sentence !== undefined) sentences.push(`${arm}: ${sentence}`)
  }
  return sentences
})

const probeArm = Effect.fnUntraced(function* (probing: Probing, trial: Trial) {
  const { plan, store, executions } = probing
  let probe: Probe | undefined
  const end = yield* launch({
    childEntry: probing.childEntry,
    request: trialRequest(probing, trial, { mode: "probe" }),
    onMessage(message) {
      if (message.type === "probed") probe = message.probe
    },
  })
  if (probe === undefined) return classifyEnd(end).sentence
  const date = new Date().toISOString()
  const execution = executions.of(trial).id
  keepProbe(store, plan.experiment, { key: priceKey(trial), execution, date, ...probe })
  return undefined
})
