import { join } from "node:path"
import type { Difference } from "../../contracts/replay.ts"
import { fileDigest } from "../files/durable.ts"
import { keepNumbered, numbersIn } from "../files/exclusive.ts"
import { withoutPaths } from "../files/privacy.ts"
import { readSealed } from "../files/sealed.ts"

/** The number that is written, and from which on the file is sealed. */
export const attestationSchema = 2

/**
 * What a verification found. `bitwise`: everything was the same. `within-tolerance`: other code gave other numbers, all
 * within the tolerance that was stated. `diverged`: something differed, with the same code on an equal environment.
 * `environment-differs`: something differed, and so does something that changes bits. `altered`: the record does not agree
 * with itself.
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
  readonly schema: 1 | typeof attestationSchema
  readonly trial: string
  readonly execution: string
  /** ISO 8601, UTC. */
  readonly date: string
  readonly outcome: VerificationOutcome
  /** One sentence for people. */
  readonly sentence: string
  readonly firstDifference: Difference | null
  /** Largest relative difference of all numbers. */
  readonly maxDifference: number
  /** By kind, and what differs and is no number, see `Replay`; absent in schema 1 and where nothing was played. */
  readonly relative?: Readonly<Record<string, number>>
  readonly unlike?: readonly string[]
  /** Steps that were played again: `from` included, `to` not. */
  readonly window: { readonly from: number; readonly to: number; readonly compared: number }
  readonly environment: readonly EnvironmentDifference[]
  /** Of the published result's file: an attestation counts for that file alone. */
  readonly resultSha256: string
  /** SHA-256 of the evaluations that were compared, by their files relative to the trial's folder; it falls with any of them. */
  readonly evaluations?: Readonly<Record<string, string>>
}

/** Keeps an attestation beside the trial's results; gives its number. */
export function keepAttestation(trialFolder: string, attestation: Attestation): number {
  const folder = join(trialFolder, "attestations")
  let number = 1 + (numbersIn(folder).at(-1) ?? 0)
  while (!keepNumbered(folder, number, withoutPaths(attestation))) number += 1
  return number
}

/** A trial's attestations, and which of them say nothing of the results that are there. */
export interface ReadAttestations {
  /** Those of the published files as they are, oldest first. */
  readonly standing: readonly Attestation[]
  /** Names of files that attest a result which is not there, or no longer as it was; relative to the trial's folder. */
  readonly fallen: readonly string[]
  /** Names of files that are cut off, or not as they were written; relative to the trial's folder. */
  readonly broken: readonly string[]
}

/** @param published names of the trial's published results, relative to its folder */
export function readAttestations(trialFolder: string, published: Iterable<string>): ReadAttestations {
  const numbers = numbersIn(join(trialFolder, "attestations"))
  const [standing, fallen, broken]: [Attestation[], string[], string[]] = [[], [], []]
  if (numbers.length === 0) return { standing, fallen, broken }
  const digests = new Set(Array.from(published, (file) => fileDigest(join(trialFolder, file))))
  for (const number of numbers) {
    const file = `attestations/${number}.json`
    const read = readSealed(join(trialFolder, file), attestationSchema)
    if (typeof read === "string") broken.push(file)
    else {
      const attestation = read.value as unknown as Attestation
      const stands = digests.has(attestation.resultSha256) && areAsTheyWere(trialFolder, attestation)
      if (stands) standing.push(attestation)
      else fallen.push(file)
    }
  }
  return { standing, fallen, broken }
}

function areAsTheyWere(trialFolder: string, { evaluations = {} }: Attestation): boolean {
  return Object.entries(evaluations).every(([file, digest]) => fileDigest(join(trialFolder, file)) === digest)
}
