import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { type Stream, stream } from "@saddlepoint/engine/random"
import { encodeNpy } from "../npy.ts"
import { floats, pickle, pthStream, type SavedTensor, stateDict } from "./pth.ts"
import { zipOf } from "./zip.ts"

/** A file, and its shards where it is a model.json. */
export interface DamagedFile {
  readonly kind: string
  readonly file: Uint8Array
  readonly shards: Readonly<Record<string, Uint8Array>>
}

export type Damage = (bytes: Uint8Array) => Uint8Array

const numbers = Float32Array.from({ length: 24 }, (_, i) => i / 8)
const storage = floats("0", ...numbers)
const tensors: Readonly<Record<string, SavedTensor>> = {
  "conv.weight": { storage, shape: [2, 3, 4], strides: [12, 4, 1] },
  "fc.weight": { storage, offset: 4, shape: [4, 2], strides: [1, 4] },
  "fc.bias": {
    storage: { key: "1", type: "HalfStorage", count: 3, bytes: new Uint8Array(6) },
    shape: [3],
    strides: [1],
  },
}
/** What a model.json of these files says. */
export const modelJson = {
  weightsManifest: [
    {
      paths: ["shard.bin"],
      weights: [
        { name: "a", shape: [2, 11], dtype: "float32" },
        { name: "b", shape: [8], dtype: "float32", quantization: { dtype: "uint8", scale: 0.5, min: -1 } },
      ],
    },
  ],
}
const model = JSON.stringify(modelJson)

/**
 * Files of every kind, with damage to the whole and, in archives, to their contents behind valid checksums, which the
 * damage to the whole seldom gets past.
 */
const kinds: Readonly<Record<string, (damage: Damage) => Omit<DamagedFile, "kind">>> = {
  "pth archive": (damage) => whole(damage(pthArchiveOf((bytes) => bytes, false))),
  "pth archive, deflated": (damage) => whole(damage(pthArchiveOf((bytes) => bytes, true))),
  "pickle in an archive": (damage) => whole(pthArchiveOf(damage, false)),
  "pth stream": (damage) => whole(damage(pthStream(tensors))),
  npz: (damage) => whole(damage(npzOf((bytes) => bytes, false))),
  "npz, deflated": (damage) => whole(damage(npzOf((bytes) => bytes, true))),
  "npy in an npz": (damage) => whole(npzOf(damage, true)),
  safetensors: (damage) => whole(damage(safetensors())),
  "model.json": (damage) => ({
    file: damage(Buffer.from(model)),
    shards: { "shard.bin": new Uint8Array(96) },
  }),
  "shard of a model.json": (damage) => ({
    file: Buffer.from(model),
    shards: { "shard.bin": damage(new Uint8Array(96)) },
  }),
}

/** The kinds of files that are damaged. */
export const damagedKinds: readonly string[] = Object.keys(kinds)

/** The file without damage, or the `index`-th damaged one of its kind; always the same for the same index. */
export function damagedFile(kind: string, index?: number): DamagedFile {
  const random = stream("damaged weight files", kind, index ?? 0)
  const damage: Damage = index === undefined ? (bytes) => bytes : (bytes) => damaged(bytes, random)
  return fileOfKind(kind, damage)
}

/** A file of a kind with some damage to its bytes, or in archives to the contents that the kind names. */
export function fileOfKind(kind: string, damage: Damage): DamagedFile {
  return { kind, ...kinds[kind]!(damage) }
}

function whole(file: Uint8Array) {
  return { file, shards: {} }
}

function pthArchiveOf(damage: Damage, deflate: boolean): Buffer {
  const entries = [
    { name: "net/data.pkl", data: damage(pickle(stateDict(tensors))) },
    { name: "net/data/0", data: storage.bytes },
    { name: "net/data/1", data: new Uint8Array(6) },
  ]
  return zipOf(entries, { deflate })
}

function npzOf(damage: Damage, deflate: boolean): Buffer {
  const array = encodeNpy({ shape: [2, 12], values: numbers })
  return zipOf(
    [
      { name: "a.npy", data: damage(array) },
      { name: "b.npy", data: array },
    ],
    { deflate },
  )
}

function safetensors(): Buffer {
  return encodeSafetensors({ a: { shape: [2, 12], values: numbers }, b: { shape: [24], values: numbers } })
}

/** One to four of: flipped bits, a cut end, a part of the file moved, random bytes, and the extremes of integers. */
function damaged(bytes: Uint8Array, random: Stream): Uint8Array {
  let file = Buffer.from(bytes)
  for (let count = 1 + random.integer(4); count > 0; count--) {
    if (file.length < 16) return file
    const at = random.integer(file.length - 8)
    const length = 1 + random.integer(Math.min(32, file.length - at))
    const harm = random.integer(6)
    if (harm === 0) file = file.subarray(0, at)
    else if (harm === 1) {
      const from = random.integer(file.length)
      file = Buffer.concat([file.subarray(0, at), file.subarray(from, from + length), file.subarray(at)])
    } else if (harm === 2) file = Buffer.concat([file.subarray(0, at), file.subarray(at + length)])
    else if (harm === 3) for (let i = 0; i < length; i++) file[at + i] = random.integer(256)
    else if (harm === 4)
      file.writeUInt32LE([0, 1, 0x7fffffff, 0x80000000, 0xffffffff][random.integer(5)]!, at)
    else file[at]! ^= 1 << random.integer(8)
  }
  return file
}
