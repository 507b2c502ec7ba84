import fc from "fast-check"
import { expect, test } from "vitest"
import { allowance } from "./allowance.ts"
import { bytesInMemory } from "./byteSource.ts"
import { decodeNpy, encodeNpy, npyMagic } from "./npy.ts"
import { encodeNpz, isNpz, readNpz } from "./npz.ts"
import { WeightFileError } from "./weightFileError.ts"
import { openZip } from "./zip.ts"

/** A .npy file with any header. */
function npyOf(header: string, data: Uint8Array, version = 1): Buffer {
  const head = Buffer.alloc(version === 1 ? 10 : 12)
  head.write(npyMagic, "latin1")
  head[6] = version
  if (version === 1) head.writeUInt16LE(header.length, 8)
  else head.writeUInt32LE(header.length, 8)
  return Buffer.concat([head, Buffer.from(header, "latin1"), data])
}

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`
const bytesOf = (values: { readonly buffer: ArrayBufferLike }) => new Uint8Array(values.buffer as ArrayBuffer)

test("an archive is read back bit for bit", () => {
  const array = fc.oneof(
    fc.array(fc.float()).map((values) => ({ shape: [values.length], values: Float32Array.from(values) })),
    fc.array(fc.double()).map((values) => ({ shape: [1, values.length], values: Float64Array.from(values) })),
    fc.double().map((value) => ({ shape: [], values: Float64Array.of(value) })),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.string(), array, { minKeys: 1 }), (arrays) => {
      const expected = new Map(Object.entries(arrays))
      const archive = openZip(bytesInMemory(encodeNpz(expected)))
      expect(isNpz(archive)).toBe(true)
      expect(readNpz(archive)).toEqual(expected)
    }),
  )
})

test("the layout is numpy's", () => {
  // numpy 2.4: np.save of np.array([1.5, -2.0], "<f4")
  const written =
    "934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c2027" +
    `7368617065273a2028322c292c207d${"20".repeat(60)}0a0000c03f000000c0`
  expect(encodeNpy({ shape: [2], values: Float32Array.of(1.5, -2) }).toString("hex")).toBe(written)
})

test("every type, version and order is read", () => {
  const read = (file: Uint8Array) => decodeNpy(file, "a")
  const shape = [2, 3]
  const six = [1, 2, 3, 4, 5, 6]
  const columns = Float64Array.of(1, 4, 2, 5, 3, 6)
  expect(read(npyOf(header("<f8", "2, 3", "True"), bytesOf(columns)))).toEqual({
    shape,
    values: Float64Array.from(six),
  })
  expect(read(npyOf(header("<i4", "2L, 3L"), bytesOf(Int32Array.from(six)), 2))).toEqual({
    shape,
    values: Float64Array.from(six),
  })
  expect(read(npyOf(header("|u1", "6,"), Uint8Array.from(six), 3)).values).toEqual(Float32Array.from(six))
  expect(read(npyOf(header("<i8", ""), bytesOf(BigInt64Array.of(-9n))))).toEqual({
    shape: [],
    values: Float64Array.of(-9),
  })
  expect(read(npyOf(header("<f2", "1,"), bytesOf(Uint16Array.of(0x3c00)))).values).toEqual(Float32Array.of(1))
})

test.each([
  [
    "pickled objects",
    npyOf(header("|O", "1,"), new Uint8Array(8)),
    'its type is "|O"; pickled objects are never read',
  ],
  ["big-endian numbers", npyOf(header(">f4", "1,"), new Uint8Array(4)), 'its type is ">f4"'],
  [
    "fields",
    npyOf("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)),
    '"structured"',
  ],
  ["a name of the prototype", npyOf(header("constructor", "1,"), new Uint8Array(4)), '"constructor"'],
  [
    "a shape that lies",
    npyOf(header("<f4", "2,"), new Uint8Array(4)),
    "Expected 2 numbers of type <f4 in array",
  ],
  ["an endless shape", npyOf(header("<f4", "9".repeat(400)), new Uint8Array(4)), "Expected Infinity numbers"],
  ["a negative shape", npyOf(header("<f4", "-1,"), new Uint8Array(4)), "Expected an order and a shape"],
  ["a long header", npyOf(" ".repeat(20_000), new Uint8Array(0), 2), "a header of at most 10000 bytes"],
  [
    "a cut header",
    npyOf(header("<f4", "1,"), new Uint8Array(4)).subarray(0, 20),
    "a header of at most 10000 bytes",
  ],
  ["other bytes", new Uint8Array(100), "Expected a .npy file of version 1 to 3"],
  ["no bytes", new Uint8Array(0), "Expected a .npy file of version 1 to 3"],
])("%s: refused in one sentence", (_, file, sentence) => {
  expect(() => decodeNpy(file, "a")).toThrow(WeightFileError)
  expect(() => decodeNpy(file, "a")).toThrow(sentence)
})

test("an array beyond the limit is refused", () => {
  const file = npyOf(header("|u1", "1000,"), new Uint8Array(1000))
  expect(() => decodeNpy(file, "a", allowance({ bytes: 4000 }))).toThrow('array "a" needs 8000 more')
})
