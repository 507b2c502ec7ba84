import type { Weights } from "./weights.ts"

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
  const about = metadata === undefined ? {} : { __metadata__: metadata }
  const json = JSON.stringify({ ...about, ...Object.fromEntries(entries) })
  const header = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8, " "), "utf8")
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const values = names.map((name) => weights[name]!.values)
  const bytes = values.map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength))
  return Buffer.concat([length, header, ...bytes])
}

/** Reads what `encodeSafetensors` wrote. Throws one sentence for a file that is cut off or holds other dtypes. */
export function decodeSafetensors(file: Uint8Array): Weights {
  const { header, length } = headerOf(file)
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [start, end],
        },
      ]) => {
        if (dtype !== "F32" || 8 + length + end > file.byteLength) {
          throw new Error(`Expected whole F32 values for ${name} but got ${dtype}, bytes ${start} to ${end}.`)
        }
        // Not `file.slice`: a Buffer's shares memory, whose start need not be aligned.
        const bytes = Uint8Array.from(file.subarray(8 + length + start, 8 + length + end))
        return [name, { shape, values: new Float32Array(bytes.buffer, 0, bytes.byteLength / 4) }] as const
      },
    )
  return Object.fromEntries(entries)
}

/** The texts of the header's `__metadata__`; none where it has none. */
export function safetensorsMetadata(file: Uint8Array): Readonly<Record<string, string>> {
  const { __metadata__ } = headerOf(file).header as unknown as {
    readonly __metadata__?: Readonly<Record<string, string>>
  }
  return __metadata__ ?? {}
}

type Header = Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>

function headerOf(file: Uint8Array): { readonly header: Header; readonly length: number } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = file.byteLength < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true))
  if (8 + length > file.byteLength) {
    throw new Error(
      `Expected a whole safetensors file but its header is cut off at ${file.byteLength} bytes.`,
    )
  }
  return { header: JSON.parse(Buffer.from(file.subarray(8, 8 + length)).toString("utf8")), length }
}
