import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeNumbers } from "./numberFormat.ts"

const bits16 = (...bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer)

test("half precision numbers are IEEE 754's", () => {
  // Wikipedia, half-precision floating-point format: smallest subnormal, largest subnormal, smallest normal, 1/3, 1,
  // largest, -2, infinity.
  const bits = bits16(0x0001, 0x03ff, 0x0400, 0x3555, 0x3c00, 0x7bff, 0xc000, 0x7c00)
  expect([...decodeNumbers(bits, "float16")]).toEqual([
    2 ** -24,
    1023 * 2 ** -24,
    2 ** -14,
    0.333251953125,
    1,
    65504,
    -2,
    Number.POSITIVE_INFINITY,
  ])
  expect(decodeNumbers(bits16(0x7e00), "float16")[0]).toBeNaN()
})

test("a bfloat16 is the upper half of a float32", () => {
  // 0x4049 is pi cut to 8 significant bits, 3.140625.
  expect([...decodeNumbers(bits16(0x3f80, 0x4049, 0xc000), "bfloat16")]).toEqual([1, 3.140625, -2])
})

test("floats are read bit for bit at any alignment", () => {
  fc.assert(
    fc.property(fc.array(fc.double()), fc.nat(9), (numbers, shift) => {
      const bytes = new Uint8Array(Float64Array.from(numbers).buffer)
      const shifted = new Uint8Array(shift + bytes.length)
      shifted.set(bytes, shift)
      expect(decodeNumbers(shifted.subarray(shift), "float64")).toEqual(Float64Array.from(numbers))
    }),
  )
})

test("integers keep their signs", () => {
  const long = new Uint8Array(BigInt64Array.of(-1n, 5_000_000_000n).buffer)
  expect(decodeNumbers(long, "int64")).toEqual(Float64Array.of(-1, 5_000_000_000))
  expect(decodeNumbers(Uint8Array.of(255, 2), "int8")).toEqual(Float32Array.of(-1, 2))
  expect(decodeNumbers(Uint8Array.of(255, 2), "uint8")).toEqual(Float32Array.of(255, 2))
  expect(decodeNumbers(Uint8Array.of(0, 2), "bool")).toEqual(Float32Array.of(0, 1))
})

test("a number that is cut off is refused in one sentence", () => {
  expect(() => decodeNumbers(new Uint8Array(7), "float32")).toThrow(
    "Expected float32 numbers of 4 bytes each but got 7 bytes; the data are cut off.",
  )
})
