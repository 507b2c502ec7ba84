import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import { allowance } from "./allowance.ts"
import { shardsInMemory } from "./testing/shards.ts"
import { readTfjsModel, tfjsShards } from "./tfjsModel.ts"
import { WeightFileError } from "./weightFileError.ts"

beforeAll(() => tf.setBackend("cpu"))

const model = (weights: unknown, paths: unknown = ["a.bin"]) => ({ weightsManifest: [{ paths, weights }] })
const bytes = (...arrays: { readonly buffer: ArrayBufferLike }[]) =>
  Buffer.concat(arrays.map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer)))

test("weights of every type and quantisation are read from shards cut anywhere", () => {
  const data = bytes(
    Float32Array.of(1.5, -2),
    Int32Array.of(7),
    Uint8Array.of(1, 0),
    Uint8Array.of(0, 255),
    Uint16Array.of(65535),
    Uint16Array.of(0x3555),
    Uint8Array.of(3),
  )
  const weights = [
    { name: "f", shape: [1, 2], dtype: "float32" },
    { name: "i", shape: [], dtype: "int32" },
    { name: "b", shape: [2], dtype: "bool" },
    { name: "q8", shape: [2], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
    { name: "q16", shape: [1], dtype: "float32", quantization: { dtype: "uint16", scale: 0.25, min: 1 } },
    { name: "h", shape: [1], dtype: "float32", quantization: { dtype: "float16" } },
    { name: "qi", shape: [1], dtype: "int32", quantization: { dtype: "uint8", scale: 0.5, min: 0 } },
  ]
  const shards = shardsInMemory({ "a.bin": data.subarray(0, 5), "b.bin": data.subarray(5) })
  const manifest = model(weights, ["a.bin", "b.bin"])
  expect(tfjsShards(manifest)).toEqual(["a.bin", "b.bin"])
  expect({ ...readTfjsModel(manifest, shards) }).toEqual({
    f: { shape: [1, 2], values: Float32Array.of(1.5, -2) },
    i: { shape: [], values: Float32Array.of(7) },
    b: { shape: [2], values: Float32Array.of(1, 0) },
    q8: { shape: [2], values: Float32Array.of(-1, 126.5) }, // 255 * 0.5 - 1
    q16: { shape: [1], values: Float32Array.of(16384.75) }, // 65535 * 0.25 + 1
    h: { shape: [1], values: Float32Array.of(0.333251953125) }, // binary16 nearest 1/3
    qi: { shape: [1], values: Float32Array.of(2) }, // 1.5, rounded
  })
})

test("quantised weights are TensorFlow.js's own, bit for bit", async () => {
  const kinds = [
    { dtype: "float32", quantization: undefined, width: 4 },
    { dtype: "float32", quantization: { dtype: "uint8", scale: 0.1, min: -3.3 }, width: 1 },
    { dtype: "float32", quantization: { dtype: "uint16", scale: 1e-5, min: 0.7 }, width: 2 },
    { dtype: "int32", quantization: { dtype: "uint8", scale: 0.37, min: -9 }, width: 1 },
    { dtype: "float32", quantization: { dtype: "float16" }, width: 2 },
  ] as const
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.nat(9),
      fc.infiniteStream(fc.nat(119)),
      async (kind, count, random) => {
        // Bytes below 120 are finite numbers in both float formats.
        const data = Uint8Array.from({ length: count * kind.width }, () => random.next().value)
        const { dtype, quantization } = kind
        const entry = { name: "w", shape: [count], dtype, ...(quantization && { quantization }) }
        const { w } = readTfjsModel(model([entry]), shardsInMemory({ "a.bin": data }))
        const { w: theirs } = tf.io.decodeWeights(data.slice().buffer, [entry])
        expect(w?.values).toEqual(Float32Array.from(theirs!.dataSync()))
        theirs!.dispose()
      },
    ),
  )
})

const one = [{ name: "w", shape: [1], dtype: "float32" }]

test.each([
  ["no manifest", {}, "a weightsManifest but it has none"],
  ["null", null, "a weightsManifest but it has none"],
  ["a group without weights", model(undefined), "paths and weights in every group"],
  ["a path upwards", model(one, ["../a.bin"]), 'files beside it but got "../a.bin"'],
  ["an absolute path", model(one, ["/etc/passwd"]), 'but got "/etc/passwd"'],
  ["a Windows path", model(one, ["..\\a.bin"]), "files beside it"],
  ["the folder itself", model(one, [".."]), 'but got ".."'],
  ["a NUL in a path", model(one, ["a.bin\0"]), "files beside it"],
  ["a web address", model(one, ["https://a/b"]), "files beside it"],
  [
    "a shard that is named twice",
    model(one, ["a.bin", "a.bin"]),
    "every shard named once but one is named again",
  ],
  [
    "a shard that is too short",
    model([{ ...one[0], shape: [2] }]),
    '8 bytes in shards ["a.bin"] but they have 4',
  ],
  ["a shard that is too long", model([{ ...one[0], shape: [0] }]), "0 bytes in shards"],
  ["a weight beyond all memory", model([{ ...one[0], shape: [2 ** 40, 2 ** 40] }]), "bytes in shards"],
  ["a negative shape", model([{ ...one[0], shape: [-1] }]), "a name and a shape of every weight"],
  ["a type that is no number", model([{ ...one[0], dtype: "string" }]), 'but got "string"'],
  [
    "a quantisation without scale",
    model([{ ...one[0], quantization: { dtype: "uint8" } }]),
    "with scale and min",
  ],
  [
    "an infinite scale",
    model([{ ...one[0], quantization: { dtype: "uint8", scale: 1 / 0, min: 0 } }]),
    "scale and min",
  ],
  ["two weights of one name", model([{ ...one[0], shape: [0] }, one[0]]), "one weight of name"],
])("%s: refused in one sentence", (_, manifest, sentence) => {
  const read = () => readTfjsModel(manifest, shardsInMemory({ "a.bin": new Uint8Array(4) }))
  expect(read).toThrow(WeightFileError)
  expect(read).toThrow(sentence)
})

test("shards beyond the limit are refused before they are read", () => {
  const shards = { sizeOf: () => 4000, read: () => expect.unreachable("read a shard") as never }
  const manifest = model([{ name: "w", shape: [1000], dtype: "float32" }])
  expect(() => readTfjsModel(manifest, shards, allowance({ bytes: 5000 }))).toThrow("needs 8000 more")
})
