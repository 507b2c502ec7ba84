import { readFile } from "node:fs/promises"
import { join } from "node:path"

/** One number compared with a reference: it holds where `error <= tolerance`. */
export interface GoldenCase {
  /** `topic/case/what`, e.g. `kid/a/mean`. */
  readonly case: string
  /** Absolute or relative, as the tolerance is; NaN where the numbers cannot be compared, which fails. */
  readonly error: number
  readonly tolerance: number
}

/** Recomputes every reference number of one topic, i.e. of one JSON file. */
export type GoldenCheck = (folder: GoldenFolder) => Promise<readonly GoldenCase[]>

/** Points from a JSON file to a raw little-endian, row-major array beside it. */
export interface ArrayFile {
  readonly file: string
  readonly dtype: "float32" | "float64" | "int32" | "uint8"
  readonly shape: readonly number[]
}

/** A matrix as a topic holds it: in a file of its own or spelled out. */
export type GoldenArray = ArrayFile | readonly number[] | readonly (readonly number[])[]

export type GoldenValues = Float32Array | Float64Array | Int32Array | Uint8Array

/** Reference numbers on disk: one JSON file for each topic, raw arrays beside them, `index.json` with all digests. */
export interface GoldenFolder {
  readonly path: string
  /** A topic's JSON; `"NaN"` and `"Infinity"` are texts in it, which `number` reads. */
  // biome-ignore lint/suspicious/noExplicitAny: a topic has the form of its file; its check knows it.
  topic(name: string): Promise<any>
  /** The values of an array in the dtype of its file, or float64 where it is spelled out. */
  array(entry: GoldenArray): Promise<{ readonly values: GoldenValues; readonly shape: readonly number[] }>
}

/** Opens a folder of reference numbers. Its files are read when they are asked for. */
export function goldenFolder(path: string): GoldenFolder {
  return {
    path,
    topic: async (name) => JSON.parse(await readFile(join(path, `${name}.json`), "utf8")),
    async array(entry) {
      if (!("file" in entry)) {
        const rows = entry.length > 0 && Array.isArray(entry[0])
        const shape = rows ? [entry.length, (entry[0] as readonly number[]).length] : [entry.length]
        return { values: Float64Array.from((entry as readonly number[][]).flat()), shape }
      }
      const bytes = Uint8Array.from(await readFile(join(path, entry.file)))
      const expected = entry.shape.reduce(
        (product, size) => product * size,
        arrays[entry.dtype].BYTES_PER_ELEMENT,
      )
      if (bytes.byteLength !== expected) {
        throw new Error(
          `Expected ${entry.file} to hold ${entry.dtype} [${entry.shape}], ${expected} bytes, but it has ${bytes.byteLength}; copy the folder again.`,
        )
      }
      return { values: new arrays[entry.dtype](bytes.buffer), shape: entry.shape }
    },
  }
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array }

/** A number of a topic's JSON, in which what JSON cannot say is a text. */
export function number(value: number | string): number {
  return typeof value === "string" ? Number(value) : value
}

/** Compares by absolute difference; two NaN, or two equal infinities, are equal. */
export function absolute(
  name: string,
  got: number,
  expected: number | string,
  tolerance: number,
): GoldenCase {
  const wanted = number(expected)
  return { case: name, error: Object.is(got, wanted) ? 0 : Math.abs(got - wanted), tolerance }
}

/** Compares by the difference relative to the reference's size, which counts by itself where the reference is 0. */
export function relative(
  name: string,
  got: number,
  expected: number | string,
  tolerance: number,
): GoldenCase {
  const { error } = absolute(name, got, expected, tolerance)
  return { case: name, error: error / (Math.abs(number(expected)) || 1), tolerance }
}

/** The largest absolute difference of two arrays of equal length; NaN where lengths differ. */
export function largestDifference(got: ArrayLike<number>, expected: ArrayLike<number | string>): number {
  if (got.length !== expected.length) return Number.NaN
  let largest = 0
  for (let i = 0; i < got.length; i++) {
    const { error } = absolute("", got[i]!, expected[i]!, 0)
    if (!(error <= largest)) largest = error
    if (Number.isNaN(largest)) return largest
  }
  return largest
}
