import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts"

test("what is written is read back bit for bit, also from a buffer that shares its memory", () => {
  const tensor = fc.array(fc.float({ noNaN: true }), { maxLength: 6 }).map((values) => ({
    shape: [values.length],
    values: Float32Array.from(values),
  }))
  fc.assert(
    fc.property(fc.dictionary(fc.string(), tensor), fc.nat(9), (weights, shift) => {
      const file = encodeSafetensors(weights)
      const pool = Buffer.concat([Buffer.alloc(shift), file])
      expect(decodeSafetensors(pool.subarray(shift))).toEqual({ ...weights })
    }),
  )
})

test("the layout is the format's: length, JSON header, values in order of name", () => {
  const file = encodeSafetensors({
    b: { shape: [1], values: Float32Array.of(2) },
    a: { shape: [2, 1], values: Float32Array.of(1, -1) },
  })
  const length = Number(file.readBigUInt64LE(0))
  expect(JSON.parse(file.subarray(8, 8 + length).toString())).toEqual({
    a: { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
    b: { dtype: "F32", shape: [1], data_offsets: [8, 12] },
  })
  expect(length % 8).toBe(0)
  expect([0, 4, 8].map((at) => file.readFloatLE(8 + length + at))).toEqual([1, -1, 2])
})

test("a file that is cut off is refused in one sentence", () => {
  const file = encodeSafetensors({ a: { shape: [2], values: Float32Array.of(1, 2) } })
  expect(() => decodeSafetensors(file.subarray(0, 4))).toThrow(
    "Expected a whole safetensors file but its header is cut off at 4 bytes.",
  )
  expect(() => decodeSafetensors(file.subarray(0, file.length - 1))).toThrow(
    "Expected whole F32 values for a but got F32, bytes 0 to 8.",
  )
})
