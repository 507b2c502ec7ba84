import { bytesPerNumber, decodeNumbers, type NumberFormat } from "@saddlepoint/core/play/numberFormat"
import { type Allowance, allowance } from "./allowance.ts"
import { gatherStrided } from "./strided.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** An array of numpy. */
export interface NpyArray {
  readonly shape: readonly number[]
  /** Row-major; float32 where that holds every number of the file's type, float64 otherwise. */
  readonly values: Float32Array | Float64Array
}

const formats: ReadonlyMap<string, NumberFormat> = new Map([
  ["<f8", "float64"],
  ["<f4", "float32"],
  ["<f2", "float16"],
  ["<i8", "int64"],
  ["<i4", "int32"],
  ["<i2", "int16"],
  ["|i1", "int8"],
  ["<u2", "uint16"],
  ["|u1", "uint8"],
  ["|b1", "bool"],
])

/** The first bytes of every .npy file. */
export const npyMagic = "\x93NUMPY"

/**
 * Reads a .npy file (numpy.lib.format, versions 1 to 3), in C or Fortran order. Integers beyond 2^53 are rounded.
 *
 * @param file name of the array in sentences
 * @throws WeightFileError when the file is damaged, or holds pickled objects or other types than little-endian numbers
 */
export function decodeNpy(bytes: Uint8Array, file: string, memory: Allowance = allowance()): NpyArray {
  const { header, start } = headerOf(bytes, file)
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1]
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1]
  // Python 2 wrote long integers, `(3L, 4L)`.
  const lengths = /'shape': *\(((?:\d+L?(?:, *|(?=\))))*)\)/.exec(header)?.[1]
  const format = formats.get(descr ?? "")
  if (format === undefined) {
    throw new WeightFileError(
      `Expected little-endian numbers in array ${quoted(file)} but its type is ${quoted(descr ?? "structured")}; pickled objects are never read, save it as float32 or float64.`,
    )
  }
  if (order === undefined || lengths === undefined) {
    throw new WeightFileError(
      `Expected an order and a shape in the header of array ${quoted(file)} but got ${quoted(header.trim())}; write the file with numpy.save.`,
    )
  }
  const shape = (lengths.match(/\d+/g) ?? []).map(Number)
  const size = shape.reduce((product, length) => product * length, 1)
  const data = bytes.subarray(start)
  if (shape.length > 64 || size * bytesPerNumber[format] !== data.byteLength) {
    throw new WeightFileError(
      `Expected ${size} numbers of type ${descr} in array ${quoted(file)} but got ${data.byteLength} bytes; the file is cut off or damaged, get it again from its source.`,
    )
  }
  memory.take(size * 8, `array ${quoted(file)}`)
  const values = decodeNumbers(data, format)
  if (order === "False" || shape.length < 2) return { shape, values }
  memory.take(size * 8, `array ${quoted(file)}`)
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1),
  )
  return { shape, values: gatherStrided(values, values.slice(), 0, shape, strides) }
}

/** The text of the header, and where the data start. */
function headerOf(bytes: Uint8Array, file: string): { readonly header: string; readonly start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = (from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString("latin1")
  const version = bytes.byteLength < 12 || text(0, 6) !== npyMagic ? 0 : bytes[6]!
  if (version < 1 || version > 3) {
    throw new WeightFileError(
      `Expected a .npy file of version 1 to 3 in array ${quoted(file)} but its start says otherwise; write it with numpy.save.`,
    )
  }
  const [from, length] = version === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)]
  // numpy itself refuses to parse longer ones.
  if (length > 10_000 || from + length > bytes.byteLength) {
    throw new WeightFileError(
      `Expected a header of at most 10000 bytes within array ${quoted(file)} but it says ${length}; the file is cut off or damaged, get it again from its source.`,
    )
  }
  return { header: text(from, from + length), start: from + length }
}

/** Writes a .npy file of version 1, `<f4` or `<f8` like the values, in C order. */
export function encodeNpy({ shape, values }: NpyArray): Buffer {
  const type = values instanceof Float32Array ? "<f4" : "<f8"
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(", ")
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`
  // The data start at a multiple of 64 bytes, the header ends in a new line.
  const length = Math.ceil((10 + description.length + 1) / 64) * 64 - 10
  const head = Buffer.from(`${npyMagic}\x01\x00\x00\x00${description.padEnd(length - 1)}\n`, "latin1")
  head.writeUInt16LE(length, 8)
  return Buffer.concat([head, littleEndianBytes(values)])
}

function littleEndianBytes(values: Float32Array | Float64Array): Buffer {
  const bytes = Buffer.alloc(values.byteLength)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let i = 0; i < values.length; i++) {
    if (values instanceof Float32Array) view.setFloat32(4 * i, values[i]!, true)
    else view.setFloat64(8 * i, values[i]!, true)
  }
  return bytes
}
