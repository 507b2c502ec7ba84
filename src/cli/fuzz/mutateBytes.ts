import type { Stream } from "@saddlepoint/engine/random"

/** One of some things. */
export function oneOf<T>(draw: Stream, things: readonly T[]): T {
  return things[draw.integer(things.length)]!
}

type Mutation = (bytes: Buffer, at: number, length: number, draw: Stream) => Buffer

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]

/** What may happen to bytes: `at` is a place within them, `length` up to 64 more. */
const mutations: Readonly<Record<string, Mutation>> = {
  "flipped bit": (bytes, at, _, draw) => overwritten(bytes, at, [bytes[at]! ^ (1 << draw.integer(8))]),
  "other byte": (bytes, at, _, draw) => overwritten(bytes, at, [draw.integer(256)]),
  "random bytes": (bytes, at, length, draw) =>
    overwritten(
      bytes,
      at,
      Array.from({ length }, () => draw.integer(256)),
    ),
  "cut end": (bytes, at) => bytes.subarray(0, at),
  "cut start": (bytes, at) => bytes.subarray(at),
  "removed part": (bytes, at, length) => Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]),
  "repeated part": (bytes, at, length, draw) => {
    const part = bytes.subarray(at, at + length)
    const times = oneOf(draw, [1, 2, 1000])
    return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(times).fill(part), bytes.subarray(at)])
  },
  "moved part": (bytes, at, length, draw) =>
    overwritten(bytes, at, bytes.subarray(draw.integer(bytes.length)).subarray(0, length)),
  "extreme number": (bytes, at, _, draw) => {
    const word = Buffer.alloc(oneOf(draw, [1, 2, 4, 8]))
    const number = oneOf(draw, extremes) % 2 ** (8 * Math.min(4, word.length))
    if (draw.integer(2) === 0) word.writeUIntLE(number, 0, Math.min(4, word.length))
    else word.writeUIntBE(number, word.length - Math.min(4, word.length), Math.min(4, word.length))
    return overwritten(bytes, at, word)
  },
  zeros: (bytes, at, length) => overwritten(bytes, at, new Uint8Array(length)),
  "more at the end": (bytes, _, length, draw) =>
    Buffer.concat([bytes, Buffer.from(Array.from({ length }, () => draw.integer(256)))]),
}

function overwritten(bytes: Buffer, at: number, by: ArrayLike<number>): Buffer {
  const changed = Buffer.from(bytes)
  changed.set(Array.from(by).slice(0, bytes.length - at), at)
  return changed
}

/** Bytes with one to four mutations, the first of which names the kind; with `near`, half of the places lie among as many last bytes. */
export function mutatedBytes(
  bytes: Uint8Array,
  draw: Stream,
  near = 0,
): { readonly bytes: Buffer; readonly kind: string } {
  let changed = Buffer.from(bytes)
  let kind = ""
  for (let count = 1 + draw.integer(4); count > 0 && changed.length > 0; count--) {
    const name = oneOf(draw, Object.keys(mutations))
    const isNear = near > 0 && draw.integer(2) === 0
    const from = isNear ? Math.max(0, changed.length - near) : 0
    const at = from + draw.integer(changed.length - from)
    changed = Buffer.from(mutations[name]!(changed, at, 1 + draw.integer(64), draw))
    kind ||= name
  }
  return { bytes: changed, kind }
}
