import { deflateSync } from "node:zlib"

/** A variable of a MAT-file: values with the first axis fastest, and the data type that they are stored as. */
export interface MatVariable {
  readonly name: string
  readonly shape: readonly number[]
  /** The array's class: `uint8` or `double`. */
  readonly kind: "uint8" | "double"
  /** How the values are stored; MATLAB stores small whole doubles as bytes. */
  readonly stored: "uint8" | "double"
  readonly values: ArrayLike<number>
}

const header = (): Buffer => {
  const bytes = Buffer.alloc(128, 0x20)
  bytes.write("MATLAB 5.0 MAT-file", 0, "latin1")
  bytes.fill(0, 116)
  bytes.writeUInt16LE(0x0100, 124)
  bytes.write("IM", 126, "latin1")
  return bytes
}

/** A data element with its tag, padded to 8 bytes; the small form where it fits and `small` says so. */
function element(type: number, data: Uint8Array, small = false): Buffer {
  if (small && data.length <= 4 && data.length > 0) {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt32LE((data.length << 16) | type)
    bytes.set(data, 4)
    return bytes
  }
  const bytes = Buffer.alloc(8 + 8 * Math.ceil(data.length / 8))
  bytes.writeUInt32LE(type)
  bytes.writeUInt32LE(data.length, 4)
  bytes.set(data, 8)
  return bytes
}

function int32(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  values.forEach((value, at) => {
    bytes.writeInt32LE(value, 4 * at)
  })
  return bytes
}

function matrix({ name, shape, kind, stored, values }: MatVariable): Buffer {
  const flags = Buffer.alloc(8)
  flags[0] = kind === "uint8" ? 9 : 6
  const data = stored === "uint8" ? Uint8Array.from(values) : new Uint8Array(Float64Array.from(values).buffer)
  const body = Buffer.concat([
    element(6, flags),
    element(5, int32(shape)),
    element(1, Buffer.from(name, "latin1"), true),
    element(stored === "uint8" ? 2 : 9, data, true),
  ])
  const tag = Buffer.alloc(8)
  tag.writeUInt32LE(14)
  tag.writeUInt32LE(body.length, 4)
  return Buffer.concat([tag, body])
}

/** The bytes of a MAT-file of level 5, its variables compressed as MATLAB writes them, or not. */
export function matBytes(variables: readonly MatVariable[], compressed = true): Uint8Array {
  const elements = variables.map((variable) => {
    const whole = matrix(variable)
    if (!compressed) return whole
    const packed = deflateSync(whole)
    const tag = Buffer.alloc(8)
    tag.writeUInt32LE(15)
    tag.writeUInt32LE(packed.length, 4)
    return Buffer.concat([tag, packed])
  })
  return Buffer.concat([header(), ...elements])
}

/** The bytes of one of SVHN's files: `count` random 32 x 32 images, digit `i % 10`, digit 0 as label 10. */
export function svhnBytes(count: number, draw: () => number, compressed = true): Uint8Array {
  return matBytes(
    [
      {
        name: "X",
        shape: [32, 32, 3, count],
        kind: "uint8",
        stored: "uint8",
        values: Uint8Array.from({ length: 32 * 32 * 3 * count }, draw),
      },
      {
        name: "y",
        shape: [count, 1],
        kind: "double",
        stored: "uint8",
        values: Uint8Array.from({ length: count }, (_, index) => index % 10 || 10),
      },
    ],
    compressed,
  )
}
