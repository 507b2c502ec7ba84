import { quoted } from "../contracts/neutral.ts"
import { bytesPerNumber, decodeNumbers, type NumberFormat } from "./numberFormat.ts"
import type { Weights } from "./weights.ts"

/** A file that is no safetensors file, or one that lies about its contents. */
export class SafetensorsError extends Error {
  override readonly name = "SafetensorsError"
}

/**
 * Writes float32 tensors in the safetensors format: 8 bytes of header length (little-endian), a JSON header, raw
 * row-major values. Tensors stand in order of name; the header is padded with spaces to a multiple of 8 bytes.
 *
 * @param metadata texts for the header's `__metadata__`
 */
export function encodeSafetensors(weights: Weights, metadata?: Readonly<Record<string, string>>): Buffer {
  const names = Object.keys(weights).sort()
  let offset = 0
  const entries = names.map((name) => {
    const { shape, values } = weights[name]!
    const start = offset
    offset += values.byteLength
    return [name, { dtype: "F32", shape, data_offsets: [start, offset] }] as const
  })
  const about = metadata === undefined ? [] : [[metadataName, metadata] as const]
  const json = Buffer.from(JSON.stringify(Object.fromEntries([...about, ...entries])), "utf8")
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, " ")
  json.copy(header)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const values = names.map((name) => weights[name]!.values)
  const bytes = values.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength))
  return Buffer.concat([length, header, ...bytes])
}

/**
 * Reads the tensors of a safetensors file as float32: F32, F16 and BF16 exactly, F64 rounded. Nothing that the header
 * says is believed: every shape must fill its bytes, and the tensors' bytes must cover the data without gap or overlap,
 * as the format demands. The result has no prototype, so that a tensor may have any name.
 *
 * @throws SafetensorsError, one sentence, for a file that is cut off, lies, or holds other dtypes
 */
export function decodeSafetensors(file: Uint8Array): Weights {
  const { header, data } = headerOf(file)
  const names = Object.keys(header).filter((name) => name !== metadataName)
  const tensors = names.map((name) => ({ name, ...tensorOf(name, header[name], data.byteLength) }))
  let covered = 0
  for (const { name, start, end } of tensors.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== covered) {
      throw new SafetensorsError(
        `Expected the bytes of ${excerpt(name)} to start at ${covered}, where the tensor before ends, but its header says ${start}; get the file again from its source.`,
      )
    }
    covered = end
  }
  if (covered !== data.byteLength) {
    throw new SafetensorsError(
      `Expected tensors of ${data.byteLength} bytes in a safetensors file but its header describes ${covered}; get the file again from its source.`,
    )
  }
  const weights = Object.create(null) as Record<string, Weights[string]>
  for (const { name, shape, format, start, end } of tensors) {
    const values = decodeNumbers(data.subarray(start, end), format)
    weights[name] = { shape, values: values instanceof Float32Array ? values : new Float32Array(values) }
  }
  return weights
}

/** The texts of the header's `__metadata__`; none where it has none. */
export function safetensorsMetadata(file: Uint8Array): Readonly<Record<string, string>> {
  const { [metadataName]: metadata = {} } = headerOf(file).header
  if (!isRecord(metadata) || Object.values(metadata).some((text) => typeof text !== "string")) {
    throw new SafetensorsError(
      `Expected texts in ${metadataName} of a safetensors header but got ${excerpt(metadata)}; write them as texts.`,
    )
  }
  return metadata as Readonly<Record<string, string>>
}

const metadataName = "__metadata__"

/** Longest header that the format's own readers accept, in bytes. */
const longestHeader = 100_000_000

const formats: ReadonlyMap<unknown, NumberFormat> = new Map([
  ["F32", "float32"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["F64", "float64"],
])

/** One tensor's entry of the header, checked against the bytes that there are. */
function tensorOf(name: string, entry: unknown, available: number) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {}
  const format = formats.get(dtype)
  if (format === undefined) {
    throw new SafetensorsError(
      `Expected F32, F16, BF16 or F64 values for ${excerpt(name)} but got ${excerpt(dtype)}; convert the file to F32.`,
    )
  }
  if (!areCounts(shape) || !areCounts(offsets) || offsets.length !== 2) {
    throw new SafetensorsError(
      `Expected a shape and two offsets for ${excerpt(name)} but got ${excerpt(shape)} and ${excerpt(offsets)}; get the file again from its source.`,
    )
  }
  const [start, end] = offsets as [number, number]
  if (start > end || end > available) {
    throw new SafetensorsError(
      `Expected whole values for ${excerpt(name)} within ${available} bytes but got bytes ${start} to ${end}; the file is cut off or its header lies.`,
    )
  }
  const size = shape.reduce((product, length) => product * length, bytesPerNumber[format])
  if (size !== end - start) {
    throw new SafetensorsError(
      `Expected ${size} bytes for ${excerpt(name)} of shape ${excerpt(shape)} but its header says ${end - start}; get the file again from its source.`,
    )
  }
  return { shape, format, start, end }
}

function headerOf(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = file.byteLength < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true))
  if (8 + length > file.byteLength) {
    throw new SafetensorsError(
      `Expected a whole safetensors file but its header is cut off at ${file.byteLength} bytes; get the file again from its source.`,
    )
  }
  if (length > longestHeader) {
    throw new SafetensorsError(
      `Expected a safetensors header of at most ${longestHeader} bytes but got ${length}; split the file.`,
    )
  }
  const header = parsed(Buffer.from(file.buffer, file.byteOffset + 8, length).toString("utf8"))
  if (!isRecord(header)) {
    throw new SafetensorsError(
      `Expected a JSON object as safetensors header but got ${length} bytes of something else; get the file again from its source.`,
    )
  }
  return { header, data: file.subarray(8 + length) }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function areCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0)
}

/** What a header says, cut to the length of a sentence; nothing nested is followed, however deep a header nests. */
function excerpt(value: unknown): string {
  if (typeof value === "string") {
    return quoted(value)
  }
  if (Array.isArray(value)) {
    const shown = value.slice(0, 8).map((item) => (typeof item === "number" ? item : typeof item))
    return `[${shown}${value.length > 8 ? ",..." : ""}]`
  }
  return typeof value === "number" ? `${value}` : value === undefined ? "nothing" : typeof value
}
