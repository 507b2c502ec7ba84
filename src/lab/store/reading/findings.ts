import type { AnswerKind } from "@saddlepoint/core/contracts/method"
import type { Plan } from "@saddlepoint/core/declare/trial"
import type { Confinement } from "../../contracts/confinement.ts"
import type { DefinitionFacts } from "../../contracts/definitionFacts.ts"
import type { RegistrationState } from "../../contracts/registration.ts"
import type { MetricValue, TrialResult } from "../../contracts/result.ts"
import type { DatasetFacts } from "../attempts/datasetFacts.ts"
import type { LossCurves } from "../attempts/lossCurves.ts"
import type { Alteration } from "./resultAlterations.ts"

/** A result with the values that its evaluations found. */
export interface JudgedResult extends TrialResult {
  /** By metric output name; empty when diverged. */
  readonly metrics: Readonly<Record<string, MetricValue>>
}

/** A trial of the plan with what the run store knows of it. */
export interface TrialFinding {
  readonly id: string
  readonly arm: string
  readonly role: TrialResult["role"]
  readonly kind: TrialResult["kind"]
  readonly seed: number
  /** What its method answers with; absent for judges, and where there is no result. */
  readonly answers?: AnswerKind
  /** What its method was kept from; absent where nothing tells. */
  readonly confinement?: Confinement
  readonly status: "completed" | "diverged" | "failed" | "missing"
  /** One sentence for failed and diverged trials. */
  readonly evidence?: string
  readonly result?: JudgedResult
  /** Metrics of the plan that have not judged the result yet, by name. None where absent. */
  readonly unjudged?: readonly string[]
  /** Absolute folder of the attempt that was published. */
  readonly folder?: string
  /** Its number. */
  readonly attempt?: number
  /** What was reported while it learnt. */
  readonly curves: LossCurves
  /** Files of the trial that are not as they were written; a result among them counts as missing. None where absent. */
  readonly altered?: readonly Alteration[]
}

/** Everything a report needs: the plan, and what the run store has of it. */
export interface Findings {
  readonly plan: Plan
  /** How the plan was asked for; absent where nobody tells. */
  readonly asked?: DefinitionFacts
  readonly trials: readonly TrialFinding[]
  readonly controls: readonly TrialFinding[]
  readonly judges: readonly TrialFinding[]
  /** What finished trials learnt from and were judged on, each once; none where absent. */
  readonly datasets?: readonly DatasetFacts[]
  /** How the plan stands to what was registered; absent where there is no run store. */
  readonly registration?: RegistrationState
  /** Facts about the machine and the engine, from the manifests: label -> value. */
  readonly environment: Readonly<Record<string, string>>
  /** Files of the experiment beside its trials that are not as they were written. None where absent. */
  readonly altered?: readonly Alteration[]
}
