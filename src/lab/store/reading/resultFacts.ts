import { isObject } from "@saddlepoint/core/contracts/json"
import type { TrialResult } from "../../contracts/result.ts"
import type { PlanKnowledge } from "./planKnowledge.ts"
import type { ResultRecord } from "./publishedResults.ts"
import { type Scalar, specParameters } from "./specParameters.ts"

/** What tables say of a result beside its values. */
export interface ResultFacts {
  readonly experiment: string
  readonly trial: string
  readonly kind: TrialResult["kind"]
  readonly arm: string
  readonly role: TrialResult["role"]
  readonly seed: number
  /** Two rows of a trial with unlike executions are two results, never to be averaged. */
  readonly execution: string
  readonly attempt: number
  readonly status: TrialResult["status"]
  readonly evidence: string
  /** Steps of training that were played. */
  readonly steps: number
  readonly trainSeconds: number
  readonly seconds: number
  readonly weightsSha256: string
  /** MiB. */
  readonly peakMemory: number
  /** Of the code that played, and its commit (`+` where tracked files differed); "" where the manifest is lost. */
  readonly code: string
  readonly commit: string
  readonly engine: string
  readonly device: string
  readonly startedAt: string
  /** See `ResultRecord`. */
  readonly altered: ResultRecord["altered"]
  /**
   * Profiles under which kept plans have the trial, with spaces between them; `default` is a plan without one. Of a trial in no
   * kept plan, as those of searches, the one that it was played under.
   */
  readonly profile: string
  /** SHA-256 of the definition, 64 hex digits, of the newest plan of each of these profiles that has it, in the same order. */
  readonly definition: string
  /** Name of the dataset's plug-in; "" where neither manifest nor plan is left. */
  readonly dataset: string
  /** Over all that decides the examples. */
  readonly datasetDigest: string
}

/** The facts of one result, and its parameters; see `specParameters`. */
export function resultFacts(
  experiment: string,
  { result, attempt, manifest, altered }: ResultRecord,
  planned: PlanKnowledge,
): { readonly facts: ResultFacts; readonly parameters: ReadonlyMap<string, Scalar> } {
  const { trial, kind, arm, role, seed, execution, status, evidence = "" } = result
  const { steps, trainSeconds, seconds, weightsSha256, peakMemory } = result
  const { commit, dirty, digest } = manifest?.code ?? {}
  const plans = planned.trials.get(trial)
  const { profile, hash } = manifest?.plan ?? {}
  const played = manifest === undefined ? [] : [profile ?? ""]
  const preimage = manifest?.preimage ?? plans?.preimage ?? {}
  const { spec, data } = preimage
  const dataset = kind === "judge" ? preimage.dataset : isObject(spec) ? spec.data : undefined
  const facts: ResultFacts = {
    experiment,
    trial,
    kind,
    arm,
    role,
    seed,
    execution,
    attempt,
    status,
    evidence,
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
    profile: (plans?.profiles ?? played).map((name) => name || "default").join(" "),
    definition: (plans?.definitions ?? (hash === undefined ? [] : [hash])).join(" "),
    dataset: isObject(dataset) && typeof dataset.use === "string" ? dataset.use : "",
    datasetDigest: typeof data === "string" ? data : "",
  }
  return { facts, parameters: specParameters({ kind, ...preimage }) }
}
