import { readFileSync } from "node:fs"
import { join } from "node:path"
import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { weightsDigest } from "@saddlepoint/core/play/weights"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "../contracts/codeIdentity.ts"
import type { Replay } from "../contracts/replay.ts"
import type { TrialResult } from "../contracts/result.ts"
import { readJournal } from "../store/attempts/journal.ts"
import type { Manifest } from "../store/attempts/manifest.ts"
import type { Machine } from "../store/execution/machine.ts"
import { errorCode, fileDigest } from "../store/files/durable.ts"
import { evaluationAlterations } from "../store/reading/evaluationAlterations.ts"
import { type Alteration, resultAlterations } from "../store/reading/resultAlterations.ts"
import {
  type Attestation,
  attestationSchema,
  type EnvironmentDifference,
} from "../store/results/attestation.ts"
import {
  evaluationName,
  ofExecution,
  readEvaluations,
  type StoredEvaluation,
} from "../store/results/evaluations.ts"
import type { PublishedResult } from "../store/trials/trialRecord.ts"

/** What decides bits, here and now. */
export interface PresentEnvironment {
  readonly engine: EngineIdentity
  readonly code: CodeIdentity
  readonly machine: Machine
}

/**
 * How the record of a result contradicts itself; undefined when it does not. Needs no replay: the result vouches for
 * itself and its files, the journal for its losses by their hash chain, and the weights have their digest in the result.
 */
export function alteration(published: PublishedResult): Alteration | undefined {
  return (
    resultAlterations(published, "all")[0] ??
    damagedJournal(published) ??
    otherWeights(published) ??
    alteredEvaluation(published)
  )
}

/** What is wrong with an evaluation of the result; one in whose place another stands counts for nothing. */
function alteredEvaluation({ home, result }: PublishedResult): Alteration | undefined {
  const { evaluations, broken } = readEvaluations(home, result.trial)
  const own = (file: string) => ofExecution(file) === result.execution
  const file = broken.find(
    (name) => own(name) && !evaluations.some((one) => evaluationName(one.file) === evaluationName(name)),
  )
  if (file !== undefined) {
    const sentence = `${file} is cut off, or was changed after it was written; restore it from a copy, or run again, which publishes it anew from its attempt, or judges again.`
    return { file, sentence }
  }
  return evaluations
    .filter((stored) => own(stored.file))
    .flatMap((stored) => evaluationAlterations(home, stored, "all"))[0]
}

function damagedJournal({ folder, attempt }: PublishedResult): Alteration | undefined {
  const { damaged } = readJournal(folder)
  if (damaged === 0) return undefined
  const file = `attempts/${attempt}/journal.jsonl`
  return {
    file,
    sentence: `${file} was changed after it was written: ${damaged} of its lines cannot be read.`,
  }
}

function otherWeights({ folder, attempt, result }: PublishedResult): Alteration | undefined {
  const { weights } = result.artifacts
  if (weights === undefined) return undefined
  const file = `attempts/${attempt}/${weights}`
  try {
    const digest = weightsDigest(decodeSafetensors(readFileSync(join(folder, weights))))
    if (digest === result.weightsSha256) return undefined
    const sentence = `${file} or the result was changed after it was written: the weights' digest is not the one in the result.`
    return { file, sentence }
  } catch (error) {
    const why = errorCode(error) === "ENOENT" ? "it is missing" : (error as Error).message.replace(/\.$/, "")
    return { file, sentence: `${file} cannot be read: ${why}.` }
  }
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

/**
 * Largest relative difference that counts as rounding where other code played: of every kind of number, or by name (`losses`,
 * `weights`, `exam`, a metric output, a kept file), which goes before. A kind of which nothing is said must be the same.
 */
export interface Tolerance {
  readonly all?: number
  readonly of?: Readonly<Record<string, number>>
}

/**
 * The attestation of a replay and of the evaluations that were made again with it. What differs is explained by a tolerance that was stated and by nothing else, and by that only
 * where the code is another one: the same code must give the same bits.
 */
export function attest(
  published: PublishedResult,
  replay: Replay,
  environment: readonly EnvironmentDifference[],
  tolerance?: Tolerance,
  evaluations: readonly StoredEvaluation[] = [],
): Attestation {
  const { home, file, result } = published
  const { from, to, compared, firstDifference, relative, unlike } = replay
  const maxDifference = Math.max(0, ...Object.values(relative))
  const common = {
    ...attested(result, environment, fileDigest(join(home, file))),
    evaluations: Object.fromEntries(evaluations.map((one) => [one.file, fileDigest(join(home, one.file))])),
    firstDifference,
    maxDifference,
    relative,
    unlike,
    window: { from, to, compared },
  }
  const part = from === 0 && to === result.steps ? "The whole trial" : `Steps ${from} to ${to}`
  if (firstDifference === null) {
    const despite = environment.length === 0 ? "" : `, although ${listed(environment)}`
    return { ...common, outcome: "bitwise", sentence: `${part} gave the same bits again${despite}.` }
  }
  const { step, name, recorded, replayed } = firstDifference
  const where = `${name} was ${recorded} and is ${replayed} at step ${step}; ${sizesOf(replay)}`
  if (environment.length === 0) {
    const sentence = `The replay leaves the record at step ${step}: ${where}.`
    return { ...common, outcome: "diverged", sentence }
  }
  const other = listed(environment)
  if (environment.some(({ what }) => what.startsWith("code")) && isWithin(replay, tolerance)) {
    const sentence = `${part} agrees within the stated tolerance, although ${other}: ${where}.`
    return { ...common, outcome: "within-tolerance", sentence }
  }
  const sentence = `Other bits, and another environment: ${other}. First, ${where}.`
  return { ...common, outcome: "environment-differs", sentence }
}

/** The attestation of a record that contradicts itself, which is not worth a replay. */
export function attestAlteration(
  result: Pick<TrialResult, "trial" | "execution">,
  { sentence, difference }: Alteration,
  resultSha256: string,
): Attestation {
  return {
    ...attested(result, [], resultSha256),
    outcome: "altered",
    sentence,
    firstDifference: difference ?? null,
    maxDifference: 0,
    window: { from: 0, to: 0, compared: 0 },
  }
}

/** Whether an outcome speaks for the record: it was given again, or a stated tolerance explains what was not. */
export function isConfirmed({ outcome }: Pick<Attestation, "outcome">): boolean {
  return outcome === "bitwise" || outcome === "within-tolerance"
}

function attested(
  { trial, execution }: Pick<TrialResult, "trial" | "execution">,
  environment: readonly EnvironmentDifference[],
  resultSha256: string,
) {
  const date = new Date().toISOString()
  return { schema: attestationSchema, trial, execution, date, environment, resultSha256 } as const
}

function isWithin({ relative, unlike }: Replay, tolerance: Tolerance | undefined): boolean {
  if (tolerance === undefined || unlike.length > 0) return false
  return Object.entries(relative).every(([name, gap]) => gap <= (tolerance.of?.[name] ?? tolerance.all ?? 0))
}

/** How large the differences are, kind by kind, and what is no number. */
function sizesOf({ relative, unlike }: Replay): string {
  const sizes = Object.entries(relative).map(([name, gap]) => `${name} ${gap.toPrecision(3)}`)
  const measured = sizes.length === 0 ? [] : [`the largest relative differences are: ${sizes.join(", ")}`]
  const others = unlike.length === 0 ? [] : [`no tolerance explains: ${unlike.join(", ")}`]
  return [...measured, ...others].join("; ")
}

function listed(environment: readonly EnvironmentDifference[]): string {
  return environment
    .map(({ what, recorded, present }) => `${what} was ${recorded} and is ${present}`)
    .join(", ")
}
