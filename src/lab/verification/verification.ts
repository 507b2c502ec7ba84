import { readFileSync } from "node:fs"
import { join } from "node:path"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { weightsDigest } from "@saddlepoint/core/play/weights"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "../contracts/codeIdentity.ts"
import type { Difference, Replay } from "../contracts/replay.ts"
import { brokenLink, readJournal } from "../store/attempts/journal.ts"
import { type Manifest, readManifest } from "../store/attempts/manifest.ts"
import type { Machine } from "../store/execution/machine.ts"
import { fileDigest } from "../store/files/durable.ts"
import type { Attestation, EnvironmentDifference } from "../store/results/attestation.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"

/** What decides bits, here and now. */
export interface PresentEnvironment {
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  readonly machine: Machine
}

/** Relative difference that counts as rounding; float32 has an epsilon of 1.2e-7, training multiplies it. */
export const defaultTolerance = 1e-4

/** How a record contradicts itself. */
export interface Alteration {
  readonly sentence: string
  /** Where, if the hash chain tells. */
  readonly difference: Difference | null
}

/**
 * How the record of a result contradicts itself; undefined when it does not. Needs no replay: the result holds the
 * digests of its journal and manifest, and the journal its hash chain.
 */
export function alteration({ folder, result }: PublishedResult): Alteration | undefined {
  const found = (sentence: string, difference: Difference | null = null) => ({ sentence, difference })
  if (readManifest(folder) === undefined) {
    return found("The manifest is missing or damaged; restore it from a copy, or play the trial anew.")
  }
  const { steps, damaged } = readJournal(folder)
  // Journals of schema 1 have no chain.
  const broken = result.journalSha256 === undefined ? undefined : brokenLink(steps)
  if (broken !== undefined) {
    const { step, recorded, computed } = broken
    const difference = { step, name: "hash chain", recorded, replayed: computed }
    return found(
      `The journal was changed after it was written: its hash chain breaks at step ${step}.`,
      difference,
    )
  }
  if (damaged > 0) {
    return found(`The journal was changed after it was written: ${damaged} of its lines cannot be read.`)
  }
  for (const [name, digest] of [
    ["journal.jsonl", result.journalSha256],
    ["manifest.json", result.manifestSha256],
  ] as const) {
    if (digest !== undefined && fileDigest(join(folder, name)) !== digest) {
      return found(`${name} was changed after it was written: its digest is not the one in the result.`)
    }
  }
  const weights = result.artifacts.weights
  if (weights !== undefined) {
    const digest = weightsDigest(decodeSafetensors(readFileSync(join(folder, weights))))
    if (digest !== result.weightsSha256) {
      return found(
        `${weights} or the result was changed after it was written: its digest is not the one in the result.`,
      )
    }
  }
  return undefined
}

/**
 * What differs between the environment that made a result and the present one, things that change bits first: threads,
 * instruction set, engine, then code. Node.js, processor and system do not change bits by themselves and are not compared.
 */
export function environmentDifferences(
  manifest: Pick<Manifest, "engine" | "machine" | "code">,
  present: PresentEnvironment,
): EnvironmentDifference[] {
  const facts: readonly (readonly [
    what: string,
    of: (environment: PresentEnvironment) => string | number,
  ])[] = [
    ["threads", ({ engine }) => engine.threads],
    ["instruction set", ({ machine }) => machine.instructions],
    ["architecture", ({ machine }) => machine.arch],
    ["platform", ({ machine }) => machine.platform],
    ["engine", ({ engine }) => engine.name],
    ["engine version", ({ engine }) => engine.version],
    ["device", ({ engine }) => engine.device],
    ["adapter", ({ engine }) => engine.adapter ?? "none"],
    ["lockfile", ({ code }) => code.lockfile.slice(0, 16)],
    ["code", ({ code }) => code.digest.slice(0, 16)],
  ]
  return facts.flatMap(([what, of]) => {
    const [recorded, now] = [String(of(manifest)), String(of(present))]
    return recorded === now ? [] : [{ what, recorded, present: now }]
  })
}

/** The attestation of a replay. */
export function attest(
  published: PublishedResult,
  replay: Replay,
  environment: readonly EnvironmentDifference[],
  tolerance = defaultTolerance,
): Attestation {
  const { result, folder } = published
  const { from, to, compared, firstDifference, maxDifference } = replay
  const common = {
    schema: 1,
    trial: result.trial,
    execution: result.execution,
    date: new Date().toISOString(),
    firstDifference,
    maxDifference,
    window: { from, to, compared },
    environment,
    resultSha256: fileDigest(join(folder, "result.json")),
  } as const
  const part = from === 0 && to === result.steps ? "The whole trial" : `Steps ${from} to ${to}`
  if (firstDifference === null) {
    const despite = environment.length === 0 ? "" : `, although ${listed(environment)}`
    return { ...common, outcome: "bitwise", sentence: `${part} gave the same bits again${despite}.` }
  }
  const { step, name, recorded, replayed } = firstDifference
  const where = `${name} was ${recorded} and is ${replayed} at step ${step}; the largest relative difference is ${maxDifference.toPrecision(3)}`
  if (environment.length > 0) {
    const sentence = `Other bits, and another environment: ${listed(environment)}. First, ${where}.`
    return { ...common, outcome: "environment-differs", sentence }
  }
  if (maxDifference <= tolerance) {
    return {
      ...common,
      outcome: "within-tolerance",
      sentence: `${part} agrees within ${tolerance}: ${where}.`,
    }
  }
  return {
    ...common,
    outcome: "diverged",
    sentence: `The replay leaves the record at step ${step}: ${where}.`,
  }
}

function listed(environment: readonly EnvironmentDifference[]): string {
  return environment
    .map(({ what, recorded, present }) => `${what} was ${recorded} and is ${present}`)
    .join(", ")
}
