import { createHash } from "node:crypto"
import { join } from "node:path"
import type { DataField, Dataset, OpenDataset, Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import type { FieldKinds } from "@saddlepoint/core/contracts/field"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { readSealed, writeSealed } from "../files/sealed.ts"

/** A part of the dataset; `sha256` and `classes` only where reading all of it is cheap. */
export interface SplitFacts {
  readonly size: number
  /** Over every field's name and values, in order of name, 64 examples at a time. */
  readonly sha256?: string
  /** Examples per class, in order of class; of splits in which every example has one. */
  readonly classes?: readonly number[]
}

export interface DatasetFacts {
  /** Name and version of the plug-in. */
  readonly name: string
  readonly version?: number
  readonly licence: string
  /** Over all that decides the examples. */
  readonly digest: string
  /** The fields that training can read. */
  readonly fields: FieldKinds
  /** Who sees labels: nobody, or whoever reads the examples; of two domains, training sees the source's alone. */
  readonly labels: "none" | "visible" | "hidden in the target" | "of the source alone"
  readonly classes?: readonly string[]
  readonly splits: Readonly<Record<SplitName, SplitFacts>>
}

/** What the cache holds of splits; what earlier versions left there is not sealed, and is found anew. */
const splitFactsSchema = 1

/** Splits of more values than these are not read only to be described. */
const cheapValues = 2 ** 22

/**
 * Describes an open dataset. Splits of up to about four million values are read whole once; `cache` keeps what was
 * found for the trials that come after, by the dataset's digest.
 *
 * @param trial whose dataset it is
 * @param digest as the dataset gave it
 * @param cache folder whose loss costs nothing but time; nothing is looked up or kept where it is left out
 */
export async function describeDataset(
  data: Pick<Dataset, "fields" | "labels" | "licence">,
  open: OpenDataset,
  { source, preimage }: Pick<Trial, "source" | "preimage">,
  digest: string,
  cache?: string,
): Promise<DatasetFacts> {
  const { fields, licence, labels } = data
  const file = cache === undefined ? undefined : join(cache, "splitFacts", `${digest}.json`)
  const kept = file === undefined ? "absent" : readSealed(file, splitFactsSchema)
  const known = typeof kept === "string" ? undefined : (kept.value.splits as DatasetFacts["splits"])
  const splits = known ?? (await describeSplits(open))
  if (known === undefined && file !== undefined) writeSealed(file, { schema: splitFactsSchema, splits })
  const name = String(source.use ?? "unknown")
  const version = (preimage.plugins as JsonObject | undefined)?.[`dataset/${name}`]
  return {
    name,
    ...(typeof version === "number" ? { version } : {}),
    licence,
    digest,
    fields,
    labels:
      open.domains === undefined
        ? labels
          ? "visible"
          : "none"
        : labels
          ? "hidden in the target"
          : "of the source alone",
    ...(open.classes === undefined ? {} : { classes: open.classes }),
    splits,
  }
}

async function describeSplits({ splits }: OpenDataset): Promise<DatasetFacts["splits"]> {
  return {
    train: await describeSplit(splits.train),
    validation: await describeSplit(splits.validation),
    test: await describeSplit(splits.test),
  }
}

async function describeSplit(split: Split): Promise<SplitFacts> {
  const { size, fields } = split
  const names = Object.keys(fields).sort()
  const values = names.reduce((sum, name) => sum + (fields[name]?.shape ?? []).reduce((a, b) => a * b, 1), 0)
  if (size * values > cheapValues) return { size }
  const hash = createHash("sha256")
  const [label, ...others] = names.filter((name) => isClass(fields[name]!))
  const counts = label === undefined || others.length > 0 ? undefined : noneOf(fields[label]!.classes!)
  for (let from = 0; from < size; from += 64) {
    const indices = Array.from({ length: Math.min(64, size - from) }, (_, i) => from + i)
    const read = await split.read(indices)
    for (const name of names) {
      const field = read[name]
      if (field === undefined) continue
      hash.update(`${name}\0`)
      hash.update(new Uint8Array(field.buffer, field.byteOffset, field.byteLength))
    }
    if (counts !== undefined) for (const of of read[label!]!) counts[of]! += 1
  }
  return { size, sha256: hash.digest("hex"), ...(counts === undefined ? {} : { classes: counts }) }
}

/** Whether a field is one class an example. */
function isClass({ shape, classes }: DataField): boolean {
  return shape.length === 0 && classes !== undefined
}

function noneOf(classes: number): number[] {
  return new Array(classes).fill(0)
}
