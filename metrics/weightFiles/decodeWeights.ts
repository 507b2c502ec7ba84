import { decodeSafetensors, SafetensorsError } from "@saddlepoint/core/play/safetensors"
import type { Weights } from "@saddlepoint/core/play/weights"
import type { Allowance } from "./allowance.ts"
import type { ByteSource } from "./byteSource.ts"
import { npyMagic } from "./npy.ts"
import { isNpz, readNpz } from "./npz.ts"
import { readPthArchive, readPthStream } from "./pth.ts"
import { readTfjsModel, type Shards } from "./tfjsModel.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"
import { openZip } from "./zip.ts"

/** Longest model.json in bytes; it holds names, shapes and the layers' settings. */
const longestModel = 2 ** 24

/** Bytes of memory that a byte of JSON may take once parsed: 53 measured, for lists nested in lists. */
const parsedJson = 64

/**
 * Reads named weights as float32 from the bytes of a file of any of these kinds, told apart by their content: .pth of
 * torch.save (zip archive, or the stream of torch before 1.6), .npz, safetensors, model.json of TensorFlow.js.
 *
 * @param shards where a model.json finds its shards
 * @returns weights by name, in an object without prototype
 * @throws WeightFileError when the file is of no such kind, damaged, too large, without weights, or when a weight is
 *   not finite
 */
export function decodeWeights(source: ByteSource, memory: Allowance, shards: Shards): Weights {
  const weights = weightsOf(source, memory, shards)
  const names = Object.keys(weights)
  if (names.length === 0) {
    throw new WeightFileError(
      "Expected weights by name but the file holds none; check which program wrote it.",
    )
  }
  for (const name of names) {
    const { values } = weights[name]!
    let at = 0
    while (at < values.length && Number.isFinite(values[at])) at++
    if (at < values.length) {
      throw new WeightFileError(
        `Expected finite float32 weights in ${quoted(name)} but got ${values[at]} at index ${at}; take another checkpoint.`,
      )
    }
  }
  return weights
}

function weightsOf(source: ByteSource, memory: Allowance, shards: Shards): Weights {
  const kind = kindOf(source)
  if (kind === "stream") return readPthStream(source, memory)
  if (kind === "safetensors") return safetensorsOf(source, memory)
  if (kind === "model") return readTfjsModel(modelOf(source, memory), shards, memory)
  const archive = openZip(source, memory)
  return isNpz(archive) ? npzWeights(readNpz(archive, memory)) : readPthArchive(archive, memory)
}

/** The kind of a file by its first bytes. */
export function kindOf(source: ByteSource): "zip" | "stream" | "safetensors" | "model" {
  const bytes = source.read(0, Math.min(16, source.size))
  const head = Buffer.from(bytes).toString("latin1")
  if (head[8] === "{" && bytes.subarray(4, 8).every((byte) => byte === 0)) return "safetensors"
  if (["PK\x03", "PK\x05", "PK\x07"].some((start) => head.startsWith(start))) return "zip"
  if (head.startsWith("\x80")) return "stream"
  if (/^\s*[[{]/.test(head)) return "model"
  // A header that says it is longer than 4 GiB, which its reader refuses by its own sentence.
  if (head[8] === "{") return "safetensors"
  const found = head.startsWith(npyMagic) ? "a single array (use numpy.savez)" : quoted(head)
  throw new WeightFileError(
    `Expected a .pth, .npz or safetensors file or a model.json of TensorFlow.js but the file starts with ${found}; convert it to one of these.`,
  )
}

/** The parsed JSON of a model.json. */
export function modelOf(source: ByteSource, memory: Allowance): unknown {
  if (source.size > longestModel) {
    throw new WeightFileError(
      `Expected a model.json of at most ${longestModel} bytes but got ${source.size}; convert the model again, with its weights in shards.`,
    )
  }
  memory.take(source.size * parsedJson, "model.json")
  try {
    return JSON.parse(Buffer.from(source.read(0, source.size)).toString("utf8"))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new WeightFileError(
      "Expected the JSON of a model.json but it does not parse; get the file again.",
      {
        cause: error,
      },
    )
  }
}

function safetensorsOf(source: ByteSource, memory: Allowance): Weights {
  memory.take(3 * source.size, "the safetensors file")
  const file = source.read(0, source.size)
  const header = Number(new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true))
  memory.take(Math.min(header, source.size) * parsedJson, "its header")
  try {
    return decodeSafetensors(file)
  } catch (error) {
    if (!(error instanceof SafetensorsError)) throw error
    throw new WeightFileError(error.message, { cause: error })
  }
}

function npzWeights(arrays: ReturnType<typeof readNpz>): Weights {
  const weights = Object.create(null) as Record<string, Weights[string]>
  for (const [name, { shape, values }] of arrays) {
    weights[name] = { shape, values: values instanceof Float32Array ? values : new Float32Array(values) }
  }
  return weights
}
