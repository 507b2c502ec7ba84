import { gzipSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { idxBytes } from "../testing/idxFolder.ts"
import { readIdx } from "./idxFile.ts"

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 })
const arrays = shapes.chain((shape) => {
  const length = shape.reduce((product, side) => product * side, 1)
  return fc.record({
    shape: fc.constant(shape),
    values: fc.uint8Array({ minLength: length, maxLength: length }),
  })
})

test("what was written is read, gzipped or not", () => {
  fc.assert(
    fc.property(arrays, fc.boolean(), ({ shape, values }, zipped) => {
      const bytes = idxBytes(shape, values)
      const read = readIdx(zipped ? gzipSync(bytes) : bytes, "a file")
      expect(read.shape).toEqual(shape)
      expect(Uint8Array.from(read.values)).toEqual(values)
    }),
  )
})

test("whatever is cut off or added is refused in one sentence", () => {
  const whole = idxBytes([3, 2], Uint8Array.of(1, 2, 3, 4, 5, 6))
  const zipped = gzipSync(whole)
  for (let length = 0; length < whole.length; length++) {
    expect(() => readIdx(whole.subarray(0, length), "f")).toThrow(
      /^Expected f to be an idx file of bytes, but .*; pull or copy it again\.$/,
    )
  }
  for (let length = 0; length < zipped.length; length++) {
    expect(() => readIdx(zipped.subarray(0, length), "f")).toThrow(/^Expected f to be an idx file of bytes/)
  }
  const longer = Buffer.concat([whole, Uint8Array.of(7)])
  expect(() => readIdx(longer, "f")).toThrow("it holds 7 values instead of those of its shape [3,2]")
  expect(() => readIdx(gzipSync(longer), "f")).toThrow("it holds more values than its shape says")
})

test("garbage is refused in one sentence, never with another error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (garbage, likeGzip) => {
      const bytes = likeGzip ? Buffer.concat([gzipSync(Uint8Array.of(0)).subarray(0, 10), garbage]) : garbage
      try {
        readIdx(bytes, "f")
      } catch (error) {
        expect((error as Error).message).toMatch(/^Expected f to be an idx file of bytes, but /)
      }
    }),
  )
})

test("a shape that the bytes cannot hold is refused before anything is allocated", () => {
  const huge = idxBytes([0xffffffff, 0xffffffff], new Uint8Array())
  expect(() => readIdx(huge, "f")).toThrow("is more than 1073741824 bytes")
  const large = idxBytes([2 ** 29], new Uint8Array())
  expect(() => readIdx(large, "f")).toThrow("its shape [536870912] is more than its 8 bytes can hold")
  expect(() => readIdx(gzipSync(large), "f")).toThrow(
    /its shape \[536870912\] is more than its \d+ bytes can hold/,
  )
})

test("other types of values and other numbers of axes are refused by name", () => {
  expect(() => readIdx(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 0), "f")).toThrow(
    "its values are of type 13 instead of 8",
  )
  expect(() => readIdx(Uint8Array.of(0, 0, 8, 9), "f")).toThrow("it has 9 axes instead of 1 to 4")
})
