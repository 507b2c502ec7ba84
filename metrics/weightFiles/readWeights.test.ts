import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { afterAll, afterEach, expect, test, vi } from "vitest"
import { knownWeights } from "./knownWeights.ts"
import { encodeNpz } from "./npz.ts"
import { readKnownWeights, readWeights } from "./readWeights.ts"
import { call, floats, pthArchive, pthStream, text } from "./testing/pth.ts"
import { WeightFileError } from "./weightFileError.ts"

const folder = mkdtempSync(join(tmpdir(), "weights-"))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

/** A file of the temporary folder. */
function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const sha256 = (...parts: (Uint8Array | string)[]) => {
  const hash = createHash("sha256")
  for (const part of parts) hash.update(part)
  return hash.digest("hex")
}

const values = Float32Array.of(1, 2, 3, 4, 5, 6)
const tensors = { w: { storage: floats("0", ...values), shape: [2, 3], strides: [3, 1] } }
const manifest = JSON.stringify({
  weightsManifest: [
    { paths: ["group1-shard1of1.bin"], weights: [{ name: "w", shape: [2, 3], dtype: "float32" }] },
  ],
})
const shard = new Uint8Array(values.buffer)
const safetensors = encodeSafetensors({ w: { shape: [2, 3], values } })

test.each([
  ["pth archive", pthArchive(tensors)],
  ["pth archive, deflated", pthArchive(tensors, { deflate: true })],
  ["pth stream", pthStream(tensors)],
  ["npz", encodeNpz(new Map([["w", { shape: [2, 3], values }]]))],
  ["npz of float64", encodeNpz(new Map([["w", { shape: [2, 3], values: Float64Array.from(values) }]]))],
  ["safetensors", safetensors],
  ["tfjs", Buffer.from(manifest)],
])("the weights of a file are told by its content: %s", async (_, content) => {
  file("group1-shard1of1.bin", shard)
  const weights = await readWeights(file("weights.bin", content))
  expect({ ...weights }).toEqual({ w: { shape: [2, 3], values } })
})

test("the digest is verified, of a model with its shards", async () => {
  const path = file("weights.safetensors", safetensors)
  await expect(readWeights(path, { sha256: sha256(safetensors).toUpperCase() })).resolves.toBeDefined()
  await expect(readWeights(path, { sha256: "0".repeat(64) })).rejects.toThrow(
    `Expected SHA-256 ${"0".repeat(64)} of ${JSON.stringify(path)} but got ${sha256(safetensors)}; it is damaged or another file.`,
  )
  await expect(readWeights(path, { sha256: "" })).rejects.toThrow("Expected a SHA-256 of 8 to 64 hex digits")
  file("group1-shard1of1.bin", shard)
  const model = file("model.json", manifest)
  await expect(readWeights(model, { sha256: sha256(manifest, shard) })).resolves.toBeDefined()
  await expect(readWeights(model, { sha256: sha256(manifest) })).rejects.toThrow("Expected SHA-256")
})

test("a wrong digest is told before the file is parsed", async () => {
  const path = file("garbage.pth", Buffer.from("\x80\x02garbage", "latin1"))
  await expect(readWeights(path, { sha256: "0".repeat(64) })).rejects.toThrow("Expected SHA-256")
})

test("a missing file is told with where to get it and where to put it", async () => {
  vi.stubEnv("SADDLEPOINT_WEIGHTS", folder)
  await expect(readKnownWeights(knownWeights.vgg16)).rejects.toThrow(
    `Expected a file at ${JSON.stringify(join(folder, "vgg16-397923af.pth"))} but there is none; get it from ` +
      "https://download.pytorch.org/models/vgg16-397923af.pth (torchvision, BSD-3-Clause) and put it into " +
      `${JSON.stringify(folder)} (SADDLEPOINT_WEIGHTS names another folder of weights).`,
  )
  vi.stubEnv("SADDLEPOINT_WEIGHTS", "")
  await expect(readKnownWeights(knownWeights.fidInception)).rejects.toThrow('and put it into "weights"')
})

test("a known file must have its digest; a conversion of it under another name need not", async () => {
  file(knownWeights.vgg16.name, safetensors)
  vi.stubEnv("SADDLEPOINT_WEIGHTS", folder)
  const promise = readKnownWeights(knownWeights.vgg16)
  await expect(promise).rejects.toThrow(WeightFileError)
  await expect(promise).rejects.toThrow(
    "; get it again from https://download.pytorch.org/models/vgg16-397923af.pth",
  )
  const converted = file("vgg16.safetensors", safetensors)
  await expect(readWeights(converted, { source: knownWeights.vgg16 })).resolves.toBeDefined()
})

test("the digits in torch's file names begin the known digests", () => {
  for (const { name, sha256Prefix } of Object.values(knownWeights)) {
    const [, digits] = /-([0-9a-f]{8})\.pth$/.exec(name) ?? []
    expect(sha256Prefix).toMatch(/^[0-9a-f]{64}$/)
    if (digits !== undefined) expect(sha256Prefix?.slice(0, 8)).toBe(digits)
  }
})

test.each([
  ["nothing", "", 'but the file starts with ""'],
  ["an image", "\x89PNG\r\n", "Expected a .pth, .npz or safetensors file or a model.json of TensorFlow.js"],
  ["a single array", Buffer.from("\x93NUMPY\x01\x00", "latin1"), "a single array (use numpy.savez)"],
  ["JSON that is cut off", "{", "Expected the JSON of a model.json but it does not parse"],
  ["no weights", encodeSafetensors({}), "Expected weights by name but the file holds none"],
  [
    "a weight that is not finite",
    encodeSafetensors({ w: { shape: [1], values: Float32Array.of(Number.NaN) } }),
    'Expected finite float32 weights in "w" but got NaN at index 0',
  ],
  [
    "a safetensors header beyond 4 GiB",
    Buffer.from(`${"\xff".repeat(8)}{}`, "latin1"),
    "its header is cut off at 10 bytes",
  ],
  [
    "a pickle that runs code, archived",
    pthArchive({}, { state: call("os", "system", text("echo unsafe")) }),
    '"os.system", which could run code',
  ],
  [
    "a pickle that runs code, streamed",
    pthStream({}, { state: call("os", "system", text("echo unsafe")) }),
    '"os.system", which could run code',
  ],
  [
    "a float64 beyond float32",
    encodeNpz(new Map([["w", { shape: [1], values: Float64Array.of(1e300) }]])),
    "but got Infinity",
  ],
  ["a shard that is missing", manifest.replace("1of1", "1of9"), "copy all files of the model"],
  [
    "a shard that is a folder",
    manifest.replace("group1-shard1of1.bin", "sub"),
    "it is a folder, a pipe or a device",
  ],
])("%s: refused in one sentence", async (_, content, sentence) => {
  mkdirSync(join(folder, "sub"), { recursive: true })
  const promise = readWeights(file("refused.bin", content))
  await expect(promise).rejects.toThrow(WeightFileError)
  await expect(promise).rejects.toThrow(sentence)
})

test("a file beyond the limit is refused before it is read", async () => {
  const path = file("large.safetensors", safetensors)
  await expect(readWeights(path, { limits: { bytes: 100 } })).rejects.toThrow(
    "raise `limits.bytes` if you trust the file",
  )
})
