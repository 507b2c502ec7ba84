import { createHash } from "node:crypto"
import type { Json } from "@saddlepoint/core/contracts/json"
import { canonical } from "@saddlepoint/core/declare/canonical"
import type { EvaluationRecord } from "../../contracts/evaluation.ts"
import type { TrialResult } from "../../contracts/result.ts"
import { type Manifest, readManifest } from "../attempts/manifest.ts"
import { listFolder } from "../files/durable.ts"
import { trialsFolder } from "../files/layout.ts"
import { isOf } from "../results/judged.ts"
import { readTrial } from "../trials/trialRecord.ts"
import { countExecutions, type ExecutionCounts } from "./executionCounts.ts"
import { experimentAlterations } from "./experimentAlterations.ts"
import type { Alteration, Closeness } from "./resultAlterations.ts"
import { trialAlterations } from "./trialAlterations.ts"

/** One metric of one published result; a result without metrics has one row with an empty `metric`. */
export interface PublishedRow {
  readonly experiment: string
  readonly trial: string
  readonly kind: TrialResult["kind"]
  readonly arm: string
  readonly role: TrialResult["role"]
  readonly seed: number
  /** Two rows of a trial with unlike executions are two results, never to be averaged. */
  readonly execution: string
  /** Execution under which the metric judged; two of them for one metric are two evaluations. "" in results of earlier versions. */
  readonly judging: string
  readonly attempt: number
  readonly status: TrialResult["status"]
  readonly evidence: string
  readonly metric: string
  readonly value: number | null
  /** First 16 hex digits of the SHA-256 of the canonical JSON of what makes the value comparable. */
  readonly identity: string
  readonly steps: number
  readonly trainSeconds: number
  readonly seconds: number
  readonly weightsSha256: string
  readonly peakMemory: number
  /** Of the code that played, and its commit (`+` where tracked files differed); "" where the manifest is lost. */
  readonly code: string
  readonly commit: string
  readonly engine: string
  readonly device: string
  readonly startedAt: string
  /** `no`: the record is as it was written; `yes`: something of it is not; `unknown`: an earlier version wrote it, without digests. */
  readonly altered: "no" | "yes" | "unknown"
}

/** What was published of an experiment, and what could not be read. */
export interface PublishedTable {
  readonly experiment: string
  /** In order of kind (judges, controls, arms), seed, arm, execution and metric. */
  readonly rows: readonly PublishedRow[]
  readonly executions: ExecutionCounts
  /** Files that are not as they were written, of trials and beside them; a result that is not has no row. */
  readonly altered: readonly (Alteration & { readonly trial?: string })[]
}

/** All published results of an experiment, from its run store alone; what is published meanwhile may be among them. */
export function publishedTable(
  store: string,
  experiment: string,
  closeness: Closeness = "small",
): PublishedTable {
  const rows: PublishedRow[] = []
  const made: [arm: string, execution: string][] = []
  const altered: (Alteration & { readonly trial?: string })[] = []
  for (const trial of listFolder(trialsFolder(store, experiment))) {
    if (trial.startsWith(".")) continue
    const record = readTrial(store, experiment, trial)
    const { results, evaluations } = record
    const ofTrial = trialAlterations(record, closeness)
    altered.push(...ofTrial.map((one) => ({ ...one, trial })))
    for (const [execution, stored] of results) {
      made.push([stored.result.arm, execution])
      const { result, attempt, folder } = stored
      const place = `attempts/${attempt}/`
      const isAltered = ofTrial.some(({ file }) => file.startsWith(place))
      const mark = isAltered ? "yes" : result.files === undefined ? "unknown" : "no"
      const own = evaluations.map(({ record }) => record).filter((record) => isOf(record, result))
      rows.push(...rowsOf(experiment, result, own, attempt, readManifest(folder), mark))
    }
  }
  altered.push(...experimentAlterations(store, experiment, closeness))
  return { experiment, rows: rows.sort(inOrder), executions: countExecutions(made), altered }
}

function rowsOf(
  experiment: string,
  result: TrialResult,
  evaluations: readonly EvaluationRecord[],
  attempt: number,
  manifest: Manifest | undefined,
  altered: PublishedRow["altered"],
): PublishedRow[] {
  const { trial, kind, arm, role, seed, execution, status, evidence = "" } = result
  const { steps, trainSeconds, seconds, weightsSha256, peakMemory } = result
  const { commit, dirty, digest } = manifest?.code ?? {}
  const of = (metric: string, value: number | null, identity: string, judging = ""): PublishedRow => ({
    experiment,
    trial,
    kind,
    arm,
    role,
    seed,
    execution,
    judging,
    attempt,
    status,
    evidence,
    metric,
    value,
    identity,
    steps,
    trainSeconds,
    seconds,
    weightsSha256,
    peakMemory,
    code: digest ?? "",
    commit: commit === undefined ? "" : `${commit}${dirty === true ? "+" : ""}`,
    engine: manifest === undefined ? "" : `${manifest.engine.name} (${manifest.engine.version})`,
    device: manifest?.engine.device ?? "",
    startedAt: manifest?.startedAt ?? "",
    altered,
  })
  const judged = [
    { values: result.metrics ?? {}, by: "" },
    ...evaluations.map(({ values, execution: by }) => ({ values, by })),
  ]
  const rows = judged.flatMap(({ values, by }) =>
    Object.entries(values).map(([name, { value, identity }]) =>
      of(name, value, digestOf(identity as unknown as Json), by),
    ),
  )
  return rows.length === 0 ? [of("", null, "")] : rows
}

const kinds: readonly TrialResult["kind"][] = ["judge", "control", "arm"]

function inOrder(a: PublishedRow, b: PublishedRow): number {
  const text = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0)
  return (
    kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
    a.seed - b.seed ||
    text(a.arm, b.arm) ||
    text(a.trial, b.trial) ||
    text(a.execution, b.execution) ||
    text(a.metric, b.metric) ||
    text(a.judging, b.judging)
  )
}

/** The rows as RFC 4180 has it, with a line of names; values as ECMAScript prints them, so that no digit is lost. */
export function asCsv(rows: readonly PublishedRow[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column])).join(","))
  return `${[columns.join(","), ...lines].join("\r\n")}\r\n`
}

const columns = [
  "experiment",
  "trial",
  "kind",
  "arm",
  "role",
  "seed",
  "execution",
  "judging",
  "attempt",
  "status",
  "metric",
  "value",
  "identity",
  "steps",
  "trainSeconds",
  "seconds",
  "weightsSha256",
  "peakMemory",
  "code",
  "commit",
  "engine",
  "device",
  "startedAt",
  "evidence",
  "altered",
] as const satisfies readonly (keyof PublishedRow)[]

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function digestOf(value: Json): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16)
}
