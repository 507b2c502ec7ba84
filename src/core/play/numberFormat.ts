/** Formats in which weight files store numbers; all little-endian. */
export type NumberFormat =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint16"
  | "uint8"
  | "bool"

/** Bytes of one number. */
export const bytesPerNumber: Readonly<Record<NumberFormat, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint16: 2,
  uint8: 1,
  bool: 1,
}

/** Readers of the formats that are not copied bit for bit. */
const readers: Readonly<
  Record<Exclude<NumberFormat, "float64" | "float32">, (view: DataView, at: number) => number>
> = {
  float16: (view, at) => float16(view.getUint16(at, true)),
  bfloat16: (view, at) => bfloat16(view.getUint16(at, true)),
  int64: (view, at) => Number(view.getBigInt64(at, true)),
  int32: (view, at) => view.getInt32(at, true),
  int16: (view, at) => view.getInt16(at, true),
  int8: (view, at) => view.getInt8(at),
  uint16: (view, at) => view.getUint16(at, true),
  uint8: (view, at) => view.getUint8(at),
  bool: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
}

/** Formats whose numbers float32 does not hold exactly. */
const wide: ReadonlySet<NumberFormat> = new Set(["float64", "int64", "int32"])

/**
 * Reads numbers: as Float32Array where float32 holds every number of the format, as Float64Array otherwise (integers
 * beyond 2^53 are rounded). The result never shares memory with the bytes.
 *
 * @param bytes whole numbers of the format, little-endian, at any alignment
 * @throws RangeError when the bytes end within a number
 */
export function decodeNumbers(bytes: Uint8Array, format: NumberFormat): Float32Array | Float64Array {
  const width = bytesPerNumber[format]
  if (bytes.byteLength % width !== 0) {
    throw new RangeError(
      `Expected ${format} numbers of ${width} bytes each but got ${bytes.byteLength} bytes; the data are cut off.`,
    )
  }
  const count = bytes.byteLength / width
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = wide.has(format) ? new Float64Array(count) : new Float32Array(count)
  if (format === "float32" || format === "float64") {
    copyBytes(bytes, values)
  } else {
    const read = readers[format]
    for (let i = 0; i < count; i++) values[i] = read(view, i * width)
  }
  return values
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Copies little-endian floats as they are, which on this kind of machine is a copy of their bytes. */
function copyBytes(bytes: Uint8Array, values: Float32Array | Float64Array): void {
  const target = new Uint8Array(values.buffer)
  target.set(bytes)
  if (littleEndian) return
  const width = values.BYTES_PER_ELEMENT
  for (let at = 0; at < target.length; at += width) target.subarray(at, at + width).reverse()
}

/** The number of IEEE 754 binary16 bits: sign 1, exponent 5 (bias 15), fraction 10. */
function float16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1024 + fraction) * 2 ** (exponent - 25)
}

const halved = new Uint32Array(1)
const widened = new Float32Array(halved.buffer)

/** The number of bfloat16 bits: the upper half of a float32 whose lower half is zero. */
function bfloat16(bits: number): number {
  halved[0] = bits << 16
  return widened[0]!
}
