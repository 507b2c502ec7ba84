import { join } from "node:path"
import type { Difference } from "../../contracts/replay.ts"
import { readJson } from "../files/durable.ts"
import { keepNumbered, numbersIn } from "../files/exclusive.ts"
import { withoutPaths } from "../files/privacy.ts"

/**
 * What a verification found. `bitwise`: every number was the same. `within-tolerance`: the largest difference was
 * small. `diverged`: a number differed, with the same code on an equal environment. `environment-differs`: a number
 * differed, and so does something that changes bits. `altered`: the record does not agree with itself.
 */
export type VerificationOutcome =
  | "bitwise"
  | "within-tolerance"
  | "diverged"
  | "environment-differs"
  | "altered"

/** One fact that was different when the result was made. */
export interface EnvironmentDifference {
  readonly what: string
  readonly recorded: string
  readonly present: string
}

/** `attestations/<n>.json` beside a trial's results. Nothing in it names a machine or a person. */
export interface Attestation {
  readonly schema: 1
  readonly trial: string
  readonly execution: string
  /** ISO 8601, UTC. */
  readonly date: string
  readonly outcome: VerificationOutcome
  /** One sentence for people. */
  readonly sentence: string
  readonly firstDifference: Difference | null
  readonly maxDifference: number
  /** Steps that were played again: `from` included, `to` not. */
  readonly window: { readonly from: number; readonly to: number; readonly compared: number }
  readonly environment: readonly EnvironmentDifference[]
  /** Of the file that was attested. */
  readonly resultSha256: string
}

/** Keeps an attestation beside the trial's results; gives its number. */
export function keepAttestation(trialFolder: string, attestation: Attestation): number {
  const folder = join(trialFolder, "attestations")
  let number = 1 + (numbersIn(folder).at(-1) ?? 0)
  while (!keepNumbered(folder, number, withoutPaths(attestation))) number += 1
  return number
}

/** The attestations of a trial, oldest first; damaged ones are left out. */
export function readAttestations(trialFolder: string): Attestation[] {
  const folder = join(trialFolder, "attestations")
  return numbersIn(folder).flatMap((number) => {
    const read = readJson(join(folder, `${number}.json`))
    return typeof read === "string" ? [] : [read.value as unknown as Attestation]
  })
}
