import { constants, inflateSync } from "node:zlib"

/** A numeric array of a MAT-file; values in the file's order, the first axis fastest. */
export interface MatArray {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number> & Iterable<number>
}

/** No deflate stream becomes more than this many times longer (zlib technical details, "Maximum Compression Factor"). */
const mostExpansion = 1032

/** Largest element that is read, in bytes: SVHN's `extra` set is 1.6 GB, its training set 0.2 GB. */
const mostBytes = 2 ** 31 - 1

/** Data types that are read, with their constructors (MathWorks, MAT-File Format, table 1-1). */
const types: Readonly<Record<number, { readonly bytes: number; read(view: DataView, at: number): number }>> =
  {
    1: { bytes: 1, read: (view, at) => view.getInt8(at) },
    2: { bytes: 1, read: (view, at) => view.getUint8(at) },
    3: { bytes: 2, read: (view, at) => view.getInt16(at, true) },
    4: { bytes: 2, read: (view, at) => view.getUint16(at, true) },
    5: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
    6: { bytes: 4, read: (view, at) => view.getUint32(at, true) },
    7: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
    9: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  }
const matrixType = 14
const compressedType = 15
/** Classes of full numeric arrays, double to uint32 (table 1-3); 64-bit integers do not fit a number. */
const numericClasses = { first: 6, last: 13 }

/**
 * The real numeric arrays of a MAT-file of level 5 (MathWorks, MAT-File Format, chapter 1) by name: little-endian,
 * compressed elements or not. Structures, cells, text, sparse and complex arrays and
 * those of 64-bit integers are passed over.
 *
 * Lengths are compared with the bytes that are there before anything is allocated.
 *
 * @param name of the file, for errors
 * @throws one sentence for what is no such file, or is cut short
 */
export function readMat(bytes: Uint8Array, name: string): ReadonlyMap<string, MatArray> {
  const refuse: Refuse = (why) => {
    throw new Error(`Expected ${name} to be a MAT-file of level 5, but ${why}; pull or copy it again.`)
  }
  if (bytes.length < 128) return refuse("it ends before its header does")
  const text = Buffer.from(bytes.subarray(0, 20)).toString("latin1")
  if (text.startsWith("MATLAB 7.3")) return refuse("it is one of version 7.3, which is HDF5")
  const endian = String.fromCharCode(bytes[126]!, bytes[127]!)
  if (endian === "MI") return refuse("its numbers are big-endian")
  if (endian !== "IM") return refuse("it does not begin as one")

  const arrays = new Map<string, MatArray>()
  for (let at = 128; at < bytes.length; ) {
    const element = elementAt(bytes, at, refuse)
    const inner = element.type === compressedType ? inflated(element.data, refuse) : element
    if (inner.type === matrixType) {
      const found = matrixOf(inner.data, refuse)
      if (found) arrays.set(found.name, found.array)
    }
    // Compressed elements are not padded.
    at = element.type === compressedType ? element.end : padded(element.end)
  }
  return arrays
}

type Refuse = (why: string) => never

interface Element {
  readonly type: number
  readonly data: Uint8Array
  readonly end: number
}

const padded = (at: number): number => 8 * Math.ceil(at / 8)

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function elementAt(bytes: Uint8Array, at: number, refuse: Refuse): Element {
  if (at + 8 > bytes.length) return refuse("it is cut short")
  const view = viewOf(bytes)
  const word = view.getUint32(at, true)
  // Small elements keep their length in the upper half of the first word, and at most 4 bytes after it.
  const small = word >>> 16
  if (small > 4) return refuse("one of its elements has no length that there is")
  const type = small > 0 ? word & 0xffff : word
  const length = small > 0 ? small : view.getUint32(at + 4, true)
  const start = small > 0 ? at + 4 : at + 8
  if (start + length > bytes.length) return refuse("it is cut short")
  return {
    type,
    data: bytes.subarray(start, start + length),
    end: small > 0 ? at + 8 : start + length,
  }
}

/** The one element inside a compressed one. */
function inflated(data: Uint8Array, refuse: Refuse): Element {
  try {
    const head = inflateSync(data.subarray(0, 256), { finishFlush: constants.Z_SYNC_FLUSH })
    if (head.length < 8) return refuse("a compressed element is cut short")
    const length = 8 + viewOf(head).getUint32(4, true)
    if (length > mostBytes || length > data.length * mostExpansion) {
      return refuse(`a compressed element of ${data.length} bytes claims to hold ${length}`)
    }
    const whole = inflateSync(data, { maxOutputLength: padded(length) })
    return elementAt(whole, 0, refuse)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === undefined) throw cause
    return refuse(`a compressed element cannot be read (${(cause as Error).message})`)
  }
}

/** Name and values of a matrix, undefined for what is no real numeric array. */
function matrixOf(data: Uint8Array, refuse: Refuse): { name: string; array: MatArray } | undefined {
  const flags = elementAt(data, 0, refuse)
  if (flags.data.length < 8) return refuse("an array has no flags")
  const [kind, bits] = [flags.data[0]!, flags.data[1]!]
  const complex = (bits & 0x08) !== 0
  if (kind < numericClasses.first || kind > numericClasses.last || complex) return undefined
  const dimensions = elementAt(data, padded(flags.end), refuse)
  const title = elementAt(data, padded(dimensions.end), refuse)
  const real = elementAt(data, padded(title.end), refuse)
  const shape = numbers(dimensions, refuse)
  const values = numbers(real, refuse)
  const name = Buffer.from(title.data).toString("latin1")
  const count = [...shape].reduce((product, side) => product * side, 1)
  if (count !== values.length) {
    return refuse(`its array ${name} holds ${values.length} values instead of those of its shape [${shape}]`)
  }
  return { name, array: { shape: [...shape], values } }
}

function numbers({ type, data }: Element, refuse: Refuse): Uint8Array | Float64Array {
  if (type === 2) return data
  const { bytes, read } = types[type] ?? refuse(`its data type ${type} is not read`)
  const view = viewOf(data)
  return Float64Array.from({ length: Math.floor(data.length / bytes) }, (_, at) => read(view, bytes * at))
}
