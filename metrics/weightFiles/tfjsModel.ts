import { bytesPerNumber, decodeNumbers, type NumberFormat } from "@saddlepoint/core/play/numberFormat"
import type { Weights } from "@saddlepoint/core/play/weights"
import { type Allowance, allowance } from "./allowance.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** Where a model's shards are. */
export interface Shards {
  /** Bytes of a shard, known without reading it. */
  sizeOf(name: string): number
  read(name: string): Uint8Array
}

/**
 * Reads the weights of a TensorFlow.js model: the `weightsManifest` of a model.json, or a manifest alone. Numbers are
 * float32, int32 or bool, or quantised to uint8, uint16 (`value = number * scale + min`) or float16. The result has no
 * prototype.
 *
 * @param model the parsed JSON
 * @throws WeightFileError when the manifest is none, a shard's name is a path, or shards have other sizes than the
 *   weights in them
 */
export function readTfjsModel(model: unknown, shards: Shards, memory: Allowance = allowance()): Weights {
  const weights = Object.create(null) as Record<string, Weights[string]>
  for (const { paths, entries } of manifestOf(model)) {
    const bytes = joined(paths, entries, shards, memory)
    let at = 0
    for (const { name, shape, format, dequantise, size } of entries) {
      if (name in weights) throw unfit(`one weight of name ${quoted(name)} but there are several`)
      memory.take(size * 8, `weight ${quoted(name)}`)
      const end = at + size * bytesPerNumber[format]
      const numbers = decodeNumbers(bytes.subarray(at, end), format)
      if (format === "int32" && numbers.some((number) => Math.abs(number) > 2 ** 24)) {
        throw unfit(`integers up to 2^24 in ${quoted(name)}, as float32 holds exactly, but got larger ones`)
      }
      weights[name] = { shape, values: dequantise(numbers) }
      at = end
    }
  }
  return weights
}

/** Names of the shards in order of the manifest. */
export function tfjsShards(model: unknown): readonly string[] {
  return manifestOf(model).flatMap(({ paths }) => paths)
}

interface WeightEntry {
  readonly name: string
  readonly shape: readonly number[]
  /** Format in the shard. */
  readonly format: NumberFormat
  readonly dequantise: (numbers: Float32Array | Float64Array) => Float32Array
  /** Numbers in all. */
  readonly size: number
}

/** The bytes of a group's shards one after another, as many as its weights need. */
function joined(
  paths: readonly string[],
  entries: readonly WeightEntry[],
  shards: Shards,
  memory: Allowance,
) {
  const needed = entries.reduce((sum, { size, format }) => sum + size * bytesPerNumber[format], 0)
  const there = paths.reduce((sum, name) => sum + shards.sizeOf(name), 0)
  if (needed !== there) {
    throw unfit(`${needed} bytes in shards [${paths.slice(0, 3).map(quoted)}] but they have ${there}`)
  }
  memory.take(2 * needed, `shards [${paths.slice(0, 3).map(quoted)}]`)
  const bytes = new Uint8Array(needed)
  let at = 0
  for (const name of paths) {
    const shard = shards.read(name)
    if (at + shard.byteLength > needed)
      throw unfit(`shard ${quoted(name)} to keep its size while it is read but it grew`)
    bytes.set(shard, at)
    at += shard.byteLength
  }
  return bytes
}

function manifestOf(
  model: unknown,
): { readonly paths: readonly string[]; readonly entries: readonly WeightEntry[] }[] {
  const groups = Array.isArray(model) ? model : fieldsOf(model).weightsManifest
  if (!Array.isArray(groups) || groups.length === 0) {
    throw unfit("a weightsManifest but it has none")
  }
  const manifest = groups.map((group) => {
    const { paths, weights } = fieldsOf(group)
    if (!Array.isArray(paths) || !Array.isArray(weights))
      throw unfit("paths and weights in every group but one lacks them")
    return { paths: paths.map(shardName), entries: weights.map(entryOf) }
  })
  const names = manifest.flatMap(({ paths }) => paths)
  if (new Set(names).size !== names.length) throw unfit("every shard named once but one is named again")
  return manifest
}

/** A shard's name, which must be one of a file beside the model. */
function shardName(path: unknown): string {
  if (typeof path !== "string" || !/^[A-Za-z0-9_][A-Za-z0-9_. -]*$/.test(path)) {
    throw unfit(
      `shards that are files beside it but got ${typeof path === "string" ? quoted(path) : typeof path}`,
    )
  }
  return path
}

function entryOf(entry: unknown): WeightEntry {
  const { name, shape, dtype, quantization } = fieldsOf(entry)
  if (typeof name !== "string" || !Array.isArray(shape) || shape.length > 64 || !shape.every(isCount)) {
    throw unfit("a name and a shape of every weight but one lacks them")
  }
  const size = shape.reduce((product: number, length) => product * length, 1)
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw unfit(`float32, int32 or bool values in ${quoted(name)} but got ${quoted(dtype)}`)
  }
  if (quantization === undefined) return { name, shape, size, format: dtype, dequantise: asFloat32 }
  const { dtype: format, scale, min } = fieldsOf(quantization)
  if (format === "float16" && dtype === "float32") return { name, shape, size, format, dequantise: asFloat32 }
  if (
    (format !== "uint8" && format !== "uint16") ||
    !isFiniteNumber(scale) ||
    !isFiniteNumber(min) ||
    dtype === "bool"
  ) {
    throw unfit(
      `a quantisation of ${quoted(name)} to uint8 or uint16 with scale and min, or to float16, but got another`,
    )
  }
  // TensorFlow.js rounds quantised integers in the same way (io_utils.ts, decodeWeights), and has no -0 among them.
  const value = (number: number) => number * scale + min
  const dequantised = dtype === "int32" ? (number: number) => Math.round(value(number)) + 0 : value
  return { name, shape, size, format, dequantise: (numbers) => Float32Array.from(numbers, dequantised) }
}

function asFloat32(numbers: Float32Array | Float64Array): Float32Array {
  return numbers instanceof Float32Array ? numbers : new Float32Array(numbers)
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value)
}

function unfit(expectation: string): WeightFileError {
  return new WeightFileError(
    `Expected a model.json of TensorFlow.js with ${expectation}; convert or save the model again.`,
  )
}
