import { join } from "node:path"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { AnswerKind } from "@saddlepoint/core/contracts/method"
import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Role, TrialKind } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import type { Confinement } from "../../contracts/confinement.ts"
import type { DeclaredFacts } from "../../contracts/declaredFacts.ts"
import type { DefinitionFacts } from "../../contracts/definitionFacts.ts"
import type { Machine } from "../execution/machine.ts"
import { type ReadSealed, readSealed } from "../files/sealed.ts"
import type { DatasetFacts } from "./datasetFacts.ts"
import type { DatasetForm } from "./datasetForm.ts"
import type { NumericsFacts, ParentFacts, RandomnessFacts } from "./manifestFacts.ts"

/**
 * What whoever plays a trial knows before its first step, and the store does not. Each part has a function in
 * `manifestFacts.ts` that makes it; those that may be left out are absent from manifests of schema 1.
 */
export interface ManifestFacts {
  readonly plan: { readonly hash: string; readonly profile?: string }
  readonly definition?: DefinitionFacts
  readonly declared?: DeclaredFacts
  readonly randomness?: RandomnessFacts
  readonly numerics?: NumericsFacts
  readonly engine: EngineIdentity
  /** What its process was kept from; absent where nothing was. */
  readonly confinement?: Confinement
  readonly code: CodeIdentity
  /** What the method answers with; absent for judges. */
  readonly answers?: AnswerKind
  /** Steps that training takes: more than `steps`, the budget's, where that counts a move which is not in every step. */
  readonly trainingSteps?: number
  /** What the metrics of the definition gave; up to schema 4. */
  readonly outputs?: readonly MetricOutput[]
  /** In schema 1 whatever the dataset said of itself; in schema 2 with a word `contract` in the place of the fields. */
  readonly dataset?: DatasetFacts | JsonObject
  /** Of the dataset, where the method makes images: what is trained is opened by it. Absent before, and where it answers with classes. */
  readonly form?: DatasetForm
  /** Where the attempt goes on from; absent where it begins at the first step. */
  readonly parent?: ParentFacts
  /** Earlier attempts at the trial, by whatever execution. */
  readonly restarts?: number
}

/** The number that is written. */
export const manifestSchema = 5
/** From which one on manifests are sealed, and tell all that `verify` compares. */
export const sealedManifests = 4

/** `manifest.json`: written before anything else in an attempt, never changed. Holds no host, user or absolute path. */
export interface Manifest extends ManifestFacts {
  readonly schema: 1 | 2 | 3 | 4 | typeof manifestSchema
  readonly experiment: string
  readonly trial: string
  readonly kind: TrialKind
  readonly arm: string
  readonly role: Role | "judge"
  readonly seed: number
  /** The budget. */
  readonly steps: number
  readonly preimage: JsonObject
  /** Present where paths were taken out of `preimage`, so that it no longer hashes to the trial's id. */
  readonly preimageWithoutPaths?: true
  readonly needs: readonly string[]
  /** Number of the attempt's folder: its fencing token. */
  readonly attempt: number
  readonly execution: string
  readonly machine: Machine
  /** Environment variables that change how numbers are computed, from a fixed list. */
  readonly environment: Readonly<Record<string, string>>
  /** ISO 8601, UTC. Evidence only: nothing is computed from it. */
  readonly startedAt: string
}

const numericVariables = [
  "OMP_NUM_THREADS",
  "OMP_WAIT_POLICY",
  "MKL_NUM_THREADS",
  "OPENBLAS_NUM_THREADS",
  "UV_THREADPOOL_SIZE",
  "CUDA_VISIBLE_DEVICES",
  "NVIDIA_TF32_OVERRIDE",
  "TF_ENABLE_ONEDNN_OPTS",
  "TF_DETERMINISTIC_OPS",
  "TF_FORCE_GPU_ALLOW_GROWTH",
  "CUDA_DEVICE_ORDER",
  "TZ",
  "LANG",
  "LC_ALL",
]

/** The variables of this process that a manifest keeps. */
export function numericEnvironment(): Record<string, string> {
  return Object.fromEntries(
    numericVariables.flatMap((name) => {
      const value = process.env[name]
      // A card's serial number tells machines apart.
      return value === undefined ? [] : [[name, value.replace(/\b(GPU|MIG)-[\w-]+/g, "$1-…")]]
    }),
  )
}

/** The manifest of an attempt, or undefined when it is missing, damaged or not as it was written. */
export function readManifest(attempt: string): Manifest | undefined {
  return manifestIn(readSealed(join(attempt, "manifest.json"), sealedManifests))
}

/**
 * A manifest without what was declared: all comparisons, in each of a thousand trials, are most of what a report would have to
 * parse.
 */
export function readUndeclared(attempt: string): Omit<Manifest, "declared"> | undefined {
  return manifestIn(readSealed(join(attempt, "manifest.json"), sealedManifests, withoutDeclared))
}

/** Leaves a text as it is that was not laid out by `writeSealed`, whose members begin with two spaces and end so. */
function withoutDeclared(text: string): string {
  const from = text.indexOf('\n  "declared": {\n')
  const to = text.indexOf("\n  },", from)
  return from < 0 || to < 0 ? text : text.slice(0, from) + text.slice(to + "\n  },".length)
}

function manifestIn(read: ReadSealed): Manifest | undefined {
  if (typeof read === "string") return undefined
  const { schema, trial, execution } = read.value
  const known = typeof schema === "number" && schema >= 1 && schema <= manifestSchema
  if (!known || typeof trial !== "string" || typeof execution !== "string") return undefined
  return read.value as unknown as Manifest
}
