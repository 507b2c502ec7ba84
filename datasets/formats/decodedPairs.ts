import { randomUUID } from "node:crypto"
import { mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname, join } from "node:path"
import type { Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import sharp from "sharp"
import { eachOf } from "./eachOf.ts"
import { everySplit } from "./everySplit.ts"
import { identityDigest } from "./identityDigest.ts"
import { areaOf } from "./imageSize.ts"
import { keptExamples } from "./keptExamples.ts"
import { type PairBytes, type PairForm, pairFields, pairForm, readPairs } from "./pairBytes.ts"

/** A split whose examples must be decoded. */
export interface DecodedPairs {
  readonly count: number
  readonly form: PairForm
  /** Number of classes of the labels; left out where there are none. */
  readonly classes?: number
  /** Decodes one example. Must be pure. */
  decode(index: number): Promise<PairBytes>
}

/** Pairs that lie in files, by split; a `Place` tells where one lies. */
export interface PairFiles<Place> {
  /** Of the dataset plug-in. */
  readonly name: string
  readonly files: Readonly<Record<SplitName, readonly Place[]>>
  readonly form: PairForm
  readonly classes?: number
  /** Decodes one pair. Must be pure. */
  decode(place: Place): Promise<PairBytes>
}

/** The three splits of a dataset of files; decoded examples are kept in `cache` under the dataset's digest. */
export async function decodedSplits<Place>(
  { name, files, form, classes, decode }: PairFiles<Place>,
  cache: string | undefined,
  digest: () => Promise<string>,
): Promise<Readonly<Record<SplitName, Split>>> {
  const key = cache === undefined ? undefined : await digest()
  const split = (part: SplitName) =>
    decodedSplit(
      {
        count: files[part].length,
        form,
        ...(classes === undefined ? {} : { classes }),
        decode: (index) => decode(files[part][index]!),
      },
      key === undefined ? undefined : cacheFile(cache!, name, key, part),
    )
  return everySplit(split)
}

/**
 * The place of a split's decoded examples in a cache folder. The versions of the decoding libraries are part of it:
 * another decoder may give other bytes.
 */
export function cacheFile(cache: string, name: string, digest: string, split: SplitName): string {
  const key = identityDigest([digest, sharp.versions]).slice(0, 16)
  return join(cache, `${name}-${key}`, `${split}.bin`)
}

/**
 * Makes a split that decodes each example once. With a cache file the whole split is decoded at the first read and kept
 * in that file (written beside it and renamed, so that readers never see half of it and writers never mix); without
 * one, examples are decoded one by one and kept in memory.
 */
export function decodedSplit(pairs: DecodedPairs, file?: string): Split {
  const { count, form, classes } = pairs
  let ready: Promise<void> | undefined
  const fromMemory = keptExamples(bytesOf(pairs), (index) => pairs.decode(index))

  const fromFile = async (path: string, indices: readonly number[]): Promise<PairBytes[]> => {
    ready ??= fill(path, pairs).catch((error) => {
      ready = undefined
      throw error
    })
    await ready
    const handle = await open(path, "r")
    try {
      const examples: PairBytes[] = []
      for (const index of indices) {
        const bytes = new Uint8Array(bytesOf(pairs))
        await handle.read(bytes, 0, bytes.length, index * bytes.length)
        examples.push(unpack(bytes, pairs))
      }
      return examples
    } finally {
      await handle.close()
    }
  }

  return {
    size: count,
    fields: pairFields(form, classes),
    read: async (indices) => {
      const known = indices.filter((index) => Number.isInteger(index) && index >= 0 && index < count)
      const examples = file ? await fromFile(file, known) : await eachOf(known, fromMemory)
      const byIndex = new Map(known.map((index, position) => [index, examples[position]!]))
      return readPairs(indices, count, form, (index) => byIndex.get(index)!)
    },
  }
}

/** Bytes of one example: two images, and a label map if any. */
function bytesOf({ form, classes }: DecodedPairs): number {
  const { size, channels } = pairForm(form)
  return (2 * channels + (classes === undefined ? 0 : 1)) * areaOf(size)
}

function pack(example: PairBytes): Uint8Array {
  return Buffer.concat([example.input, example.target, example.labels ?? new Uint8Array()])
}

function unpack(bytes: Uint8Array, { form, classes }: DecodedPairs): PairBytes {
  const { size, channels } = pairForm(form)
  const image = channels * areaOf(size)
  const pair = { input: bytes.subarray(0, image), target: bytes.subarray(image, 2 * image) }
  return classes === undefined ? pair : { ...pair, labels: bytes.subarray(2 * image) }
}

async function fill(path: string, pairs: DecodedPairs): Promise<void> {
  const whole = pairs.count * bytesOf(pairs)
  const there = await stat(path).catch(() => undefined)
  if (there?.size === whole) return
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${randomUUID()}.draft`
  try {
    const handle = await open(draft, "wx")
    try {
      const indices = Array.from({ length: pairs.count }, (_, index) => index)
      await eachOf(indices, async (index) => {
        const bytes = pack(await pairs.decode(index))
        await handle.write(bytes, 0, bytes.length, index * bytes.length)
      })
    } finally {
      await handle.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}
