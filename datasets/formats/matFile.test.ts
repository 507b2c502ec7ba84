import { deflateSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { type MatVariable, matBytes } from "../testing/matBytes.ts"
import { readMat } from "./matFile.ts"

const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 4 })
const variables: fc.Arbitrary<MatVariable> = shapes.chain((shape) => {
  const length = shape.reduce((product, side) => product * side, 1)
  return fc.record({
    name: fc.constantFrom("X", "y", "data", "a_longer_name"),
    shape: fc.constant(shape),
    kind: fc.constantFrom("uint8", "double"),
    stored: fc.constantFrom("uint8", "double"),
    values: fc.uint8Array({ minLength: length, maxLength: length }),
  })
})

test("what was written is read: bytes and doubles, small and large elements, compressed or not", () => {
  const several = fc.uniqueArray(variables, { selector: ({ name }) => name, maxLength: 4 })
  fc.assert(
    fc.property(several, fc.boolean(), (written, compressed) => {
      const read = readMat(matBytes(written, compressed), "f")
      expect([...read.keys()]).toEqual(written.map(({ name }) => name))
      for (const { name, shape, values } of written) {
        expect(read.get(name)!.shape).toEqual(shape)
        expect(Array.from(read.get(name)!.values)).toEqual(Array.from(values))
      }
    }),
    { numRuns: 50 },
  )
})

test("a file that SciPy wrote is read", () => {
  // scipy.io.savemat(f, {"X": np.arange(12, dtype=np.uint8).reshape(2, 3, 2), "y": np.array([[1.0], [10.0]])},
  // do_compression=True) of SciPy 1.17.1, without the 116 bytes of text at its beginning.
  const rest = Buffer.from(
    "AAAAAAAAAAAAAUlNDwAAADcAAAB4nONjYGDwAGI2IOYAYk4GCGAFYh4gZgJiZigNAoxAGAHlg+QZ2Jg4WLgY2Zk5WblBXAAySwEwDwAAAC0AAAB4nONjYGBwAGI2IOaA0iDACuUzATEjGDMyVAJpTiAWYICBD/YQWsUBADhdApo=",
    "base64",
  )
  const read = readMat(Buffer.concat([Buffer.alloc(116, 0x20), rest]), "f")
  expect(read.get("X")!.shape).toEqual([2, 3, 2])
  // The first axis is the fastest: X[0,0,0], X[1,0,0], X[0,1,0], ...
  expect(Array.from(read.get("X")!.values)).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11])
  expect(read.get("y")!.shape).toEqual([2, 1])
  expect(Array.from(read.get("y")!.values)).toEqual([1, 10])
})

test("whatever is cut off is refused in one sentence, or its last variables are missing", () => {
  const one: MatVariable = {
    name: "X",
    shape: [3, 2],
    kind: "uint8",
    stored: "uint8",
    values: [1, 2, 3, 4, 5, 6],
  }
  for (const compressed of [true, false]) {
    const whole = matBytes([one], compressed)
    for (let length = 0; length < whole.length; length++) {
      const cut = () => readMat(whole.subarray(0, length), "f")
      if (length === 128) expect(cut().size).toBe(0)
      else if (length < 128 || compressed)
        expect(cut).toThrow(/^Expected f to be a MAT-file of level 5, but /)
      else if (length < whole.length - 2) expect(cut).toThrow("it is cut short")
    }
  }
})

test("garbage after the header is refused in one sentence, never with another error", () => {
  const head = matBytes([])
  const tag = (type: number, length: number) => {
    const bytes = Buffer.alloc(8)
    bytes.writeUInt32LE(type)
    bytes.writeUInt32LE(length, 4)
    return bytes
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(0, 14, 15), (garbage, type) => {
      const body = type === 0 ? garbage : Buffer.concat([tag(type, garbage.length), garbage])
      try {
        readMat(Buffer.concat([head, body]), "f")
      } catch (error) {
        expect((error as Error).message).toMatch(/^Expected f to be a MAT-file of level 5, but /)
      }
    }),
    { numRuns: 200 },
  )
})

test("a compressed element that claims more than it can hold is refused before anything is allocated", () => {
  const claim = Buffer.alloc(16)
  claim.writeUInt32LE(14)
  claim.writeUInt32LE(0x7ffffff0, 4)
  const packed = deflateSync(claim)
  const tag = Buffer.alloc(8)
  tag.writeUInt32LE(15)
  tag.writeUInt32LE(packed.length, 4)
  expect(() => readMat(Buffer.concat([matBytes([]), tag, packed]), "f")).toThrow(
    /a compressed element of \d+ bytes claims to hold 2147483640/,
  )
})

test("other kinds of MAT-file are refused by name", () => {
  const hdf5 = Buffer.from(matBytes([]))
  hdf5.write("MATLAB 7.3 MAT-file", 0, "latin1")
  expect(() => readMat(hdf5, "f")).toThrow("it is one of version 7.3, which is HDF5")
  const big = Buffer.from(matBytes([]))
  big.write("MI", 126, "latin1")
  expect(() => readMat(big, "f")).toThrow("its numbers are big-endian")
  expect(() => readMat(new Uint8Array(200), "f")).toThrow("it does not begin as one")
})

test("an array whose values do not fit its shape is refused by name", () => {
  const wrong: MatVariable = {
    name: "X",
    shape: [3, 2],
    kind: "uint8",
    stored: "uint8",
    values: [1, 2, 3, 4, 5],
  }
  expect(() => readMat(matBytes([wrong]), "f")).toThrow(
    "its array X holds 5 values instead of those of its shape [3,2]",
  )
})
