import fc from "fast-check"
import { expect, test } from "vitest"
import { decodeSafetensors, encodeSafetensors, SafetensorsError, safetensorsMetadata } from "./safetensors.ts"

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
    "Expected a whole safetensors file but its header is cut off at 4 bytes; get the file again from its source.",
  )
  expect(() => decodeSafetensors(file.subarray(0, file.length - 1))).toThrow(
    'Expected whole values for "a" within 7 bytes but got bytes 0 to 8; the file is cut off or its header lies.',
  )
})

/** A file with any header, true or not. */
function fileOf(header: string, bytes: number, length = BigInt(Buffer.byteLength(header))): Buffer {
  const head = Buffer.alloc(8)
  head.writeBigUInt64LE(length)
  return Buffer.concat([head, Buffer.from(header), Buffer.alloc(bytes)])
}

const tensor = (offsets: string, shape = "[2]", dtype = '"F32"') =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`

test.each([
  ["a header longer than the file", fileOf("{}", 0, 2n ** 64n - 1n), "header is cut off at 10 bytes"],
  ["a header that is no JSON", fileOf("{", 0), "Expected a JSON object as safetensors header"],
  ["a header that is a list", fileOf("[]", 0), "Expected a JSON object as safetensors header"],
  ["a tensor that is null", fileOf('{"a":null}', 0), "but got nothing; convert the file"],
  ["integers", fileOf(`{"a":${tensor("[0,8]", "[2]", '"I32"')}}`, 8), 'values for "a" but got "I32"'],
  ["bytes beyond the end", fileOf(`{"a":${tensor("[0,8]")}}`, 4), "within 4 bytes but got bytes 0 to 8"],
  ["bytes that end before they start", fileOf(`{"a":${tensor("[8,0]")}}`, 8), "got bytes 8 to 0"],
  ["a negative offset", fileOf(`{"a":${tensor("[-8,0]")}}`, 8), "got [2] and [-8,0]"],
  ["an offset that is no number", fileOf(`{"a":${tensor("[0,null]")}}`, 8), "got [2] and [0,object]"],
  ["an offset beyond all numbers", fileOf(`{"a":${tensor("[0,1e999]")}}`, 8), "got [2] and [0,Infinity]"],
  ["a negative length", fileOf(`{"a":${tensor("[0,8]", "[-1,-2]")}}`, 8), "got [-1,-2] and [0,8]"],
  ["a shape of other size", fileOf(`{"a":${tensor("[0,8]", "[3]")}}`, 8), "Expected 12 bytes for"],
  [
    "a shape whose product overflows",
    fileOf(`{"a":${tensor("[0,8]", "[9007199254740991,9007199254740991,4]")}}`, 8),
    "of shape [9007199254740991,9007199254740991,4] but its header says 8",
  ],
  [
    "tensors that overlap",
    fileOf(`{"a":${tensor("[0,8]")},"b":${tensor("[4,12]")}}`, 12),
    'bytes of "b" to start at 8',
  ],
  ["bytes of no tensor", fileOf(`{"a":${tensor("[0,8]")}}`, 12), "tensors of 12 bytes in a safetensors file"],
  ["a gap", fileOf(`{"a":${tensor("[4,12]")}}`, 12), 'bytes of "a" to start at 0'],
  [
    "a shape nested beyond the stack",
    fileOf(`{"a":${tensor("[0,8]", "[".repeat(1e5) + "]".repeat(1e5))}}`, 8),
    "got [object] and [0,8]",
  ],
])("%s: refused in one sentence", (_, file, sentence) => {
  expect(() => decodeSafetensors(file)).toThrow(SafetensorsError)
  expect(() => decodeSafetensors(file)).toThrow(sentence)
})

test("metadata that is no text is refused", () => {
  expect(() => safetensorsMetadata(fileOf('{"__metadata__":{"a":1}}', 0))).toThrow(
    "Expected texts in __metadata__",
  )
})

test("names of objects' own machinery are names like others", () => {
  const header = `{"__proto__":${tensor("[0,8]")},"constructor":${tensor("[8,16]")}}`
  const weights = decodeSafetensors(fileOf(header, 16))
  expect(Object.keys(weights)).toEqual(["__proto__", "constructor"])
  expect(weights.toString).toBeUndefined()
  expect(({} as { values?: unknown }).values).toBeUndefined()
})

test("half, brain and double precision are read as float32", () => {
  const header = `{"h":${tensor("[0,2]", "[]", '"F16"')},"b":${tensor("[2,4]", "[1]", '"BF16"')},"d":${tensor("[4,12]", "[1]", '"F64"')}}`
  const file = fileOf(header, 12)
  file.writeUInt16LE(0x3555, file.length - 12) // 0.333251953125 in binary16
  file.writeUInt16LE(0x4049, file.length - 10) // 3.140625 in bfloat16
  file.writeDoubleLE(0.1, file.length - 8)
  expect({ ...decodeSafetensors(file) }).toEqual({
    h: { shape: [], values: Float32Array.of(0.333251953125) },
    b: { shape: [1], values: Float32Array.of(3.140625) },
    d: { shape: [1], values: Float32Array.of(0.1) },
  })
})
