import { createHash } from "node:crypto"
import { createRequire } from "node:module"
import { basename, isAbsolute, join, relative } from "node:path"
import type { Dataset, OpenDataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { AnyPlan, Comparison, Role, Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { readJson, writeJson } from "./durable.ts"

/** How the trial was asked for; enough to ask for it again from the same working folder. */
export interface DefinitionFacts {
  /** Relative to the working folder, with "/"; `…/name` for a file outside it, whose place is nobody's business. */
  readonly file: string
  readonly profile?: string
  /** `path=value`, as given to `--set`. */
  readonly overrides: readonly string[]
}

export function describeDefinition(
  path: string,
  profile: string | undefined,
  overrides: readonly string[],
): DefinitionFacts {
  const near = relative(process.cwd(), path)
  const inside = near !== "" && !near.startsWith("..") && !isAbsolute(near)
  return {
    file: inside ? near.replaceAll("\\", "/") : `…/${basename(path)}`,
    ...(profile === undefined ? {} : { profile }),
    overrides,
  }
}

/** What was fixed before anything ran: margins and levels of the comparisons, the seeds and the arms. */
export interface DeclaredFacts {
  readonly comparisons: readonly Comparison[]
  readonly seeds: readonly number[]
  readonly arms: readonly { readonly name: string; readonly role: Role | "judge" }[]
}

export function describeDeclaration(plan: AnyPlan): DeclaredFacts {
  const arms = new Map(plan.trials.map(({ arm, role }) => [arm, role]))
  return {
    comparisons: plan.comparisons,
    seeds: plan.seeds,
    arms: [...arms].map(([name, role]) => ({ name, role })),
  }
}

/** Where a trial's random numbers come from. */
export interface RandomnessFacts {
  readonly seed: number
  /** Name of the generator, and the library with its version. */
  readonly generator: string
  readonly library: string
  /** How the key of a stream becomes the generator's seed; streams hold no other state. */
  readonly streams: string
}

export function describeRandomness({ seed }: Pick<Trial, "seed">): RandomnessFacts {
  const here = createRequire(import.meta.url)
  const { version } = createRequire(here.resolve("@saddlepoint/engine/random"))("seedrandom/package.json")
  return {
    seed,
    generator: "Alea",
    library: `seedrandom ${version}`,
    streams: "named: each is seeded with the SHA-256 of the JSON of [seed, ...names, step]",
  }
}

/** How numbers are computed. */
export interface NumericsFacts {
  readonly dtype: "float32"
  /** `off`: set so for this process; `not used`: the device has no such mode; `unknown`: the driver decides. */
  readonly tf32: "off" | "not used" | "unknown"
  readonly mixedPrecision: false
  readonly threads: number
}

export function describeNumerics({ device, threads }: EngineIdentity): NumericsFacts {
  const off = process.env.NVIDIA_TF32_OVERRIDE === "0"
  return {
    dtype: "float32",
    tf32: device === "cpu" ? "not used" : off ? "off" : "unknown",
    mixedPrecision: false,
    threads,
  }
}

/** The attempt that this one goes on from. */
export interface ParentFacts {
  readonly attempt: number
  readonly step: number
  /** First 16 hex digits of the SHA-256 of the checkpoint's bytes. */
  readonly checkpoint: string
}

/** @param from a resumption: the earlier attempt, and its checkpoint's file, which has the digest in its name */
export function describeParent(from: {
  readonly attempt: number
  readonly step: number
  readonly file: string
}): ParentFacts {
  const { attempt, step, file } = from
  return { attempt, step, checkpoint: /\.([0-9a-f]{16})\.safetensors$/.exec(file)?.[1] ?? "" }
}

/** A part of the dataset; `sha256` and `classes` only where reading all of it is cheap. */
export interface SplitFacts {
  readonly size: number
  /** Over every field's name and values, in order of name, 64 examples at a time. */
  readonly sha256?: string
  /** Examples per class, in order of class; for datasets with one label an example. */
  readonly classes?: readonly number[]
}

export interface DatasetFacts {
  /** Name and version of the plug-in. */
  readonly name: string
  readonly version?: number
  readonly licence: string
  /** Over all that decides the examples. */
  readonly digest: string
  readonly contract: string
  /** Who sees labels: nobody, or whoever reads the examples. Target labels of an `adaptation` are hidden from training. */
  readonly labels: "none" | "visible" | "hidden in the target"
  readonly classes?: readonly string[]
  readonly splits: Readonly<Record<SplitName, SplitFacts>>
}

/** Splits of more values than these are not read only to be described. */
const cheapValues = 2 ** 22

/**
 * Describes an open dataset. Splits of up to about four million values are read whole once; `cache` keeps what was
 * found for the trials that come after, by the dataset's digest.
 *
 * @param trial whose dataset it is
 * @param digest as the dataset gave it
 * @param cache folder whose loss costs nothing but time
 */
export async function describeDataset(
  data: Pick<Dataset, "contract" | "labels" | "licence">,
  open: OpenDataset,
  { source, preimage }: Pick<Trial, "source" | "preimage">,
  digest: string,
  cache: string,
): Promise<DatasetFacts> {
  const { contract, licence, labels } = data
  const file = join(cache, "splits", `${digest}.json`)
  const kept = readJson(file)
  const known = typeof kept === "string" ? undefined : (kept.value as DatasetFacts["splits"])
  const splits = known ?? (await describeSplits(open))
  if (known === undefined) writeJson(file, splits)
  const name = String(source.use ?? "unknown")
  const version = (preimage.plugins as JsonObject | undefined)?.[`dataset/${name}`]
  return {
    name,
    ...(typeof version === "number" ? { version } : {}),
    licence,
    digest,
    contract,
    labels: !labels ? "none" : contract === "adaptation" ? "hidden in the target" : "visible",
    ...(open.classes === undefined ? {} : { classes: open.classes }),
    splits,
  }
}

async function describeSplits({ splits, classes }: OpenDataset): Promise<DatasetFacts["splits"]> {
  const [train, validation, test] = [splits.train, splits.validation, splits.test]
  return {
    train: await describeSplit(train, classes?.length),
    validation: await describeSplit(validation, classes?.length),
    test: await describeSplit(test, classes?.length),
  }
}

async function describeSplit(split: Split, classes: number | undefined): Promise<SplitFacts> {
  const { size, fields } = split
  const names = Object.keys(fields).sort()
  const values = names.reduce((sum, name) => sum + (fields[name]?.shape ?? []).reduce((a, b) => a * b, 1), 0)
  if (size * values > cheapValues) return { size }
  const hash = createHash("sha256")
  const counts =
    classes !== undefined && fields.labels?.shape.length === 0 ? new Array(classes).fill(0) : undefined
  for (let from = 0; from < size; from += 64) {
    const indices = Array.from({ length: Math.min(64, size - from) }, (_, i) => from + i)
    const read = await split.read(indices)
    for (const name of names) {
      const field = read[name]
      if (field === undefined) continue
      hash.update(`${name}\0`)
      hash.update(new Uint8Array(field.buffer, field.byteOffset, field.byteLength))
    }
    for (const label of counts === undefined ? [] : (read.labels ?? [])) counts![label] += 1
  }
  return { size, sha256: hash.digest("hex"), ...(counts === undefined ? {} : { classes: counts }) }
}
