import { createHash } from "node:crypto"
import { basename, dirname, join } from "node:path"
import type { Weights } from "@saddlepoint/core/play/weights"
import { type Allowance, allowance, type WeightFileLimits } from "./allowance.ts"
import { decodeWeights, kindOf, modelOf } from "./decodeWeights.ts"
import type { WeightSource } from "./knownWeights.ts"
import { type OpenWeightFile, openWeightFile } from "./openWeightFile.ts"
import { shardFolder } from "./shardFolder.ts"
import { type Shards, tfjsShards } from "./tfjsModel.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** What is known of a file of weights before it is read. */
export interface ReadWeightsOptions {
  /** SHA-256 that the file must have, in hex; of a model.json that of `cat model.json SHARDS...` in its order. */
  readonly sha256?: string
  /** Where the file is usually obtained. Its digest is demanded of a file that has its name, where no other is given. */
  readonly source?: WeightSource
  /** How much memory the file may take; see `defaultLimits`. */
  readonly limits?: Partial<WeightFileLimits>
}

/** The folder where weights are looked for: `SADDLEPOINT_WEIGHTS`, or `weights` in the working directory. */
export function weightsFolder(): string {
  return process.env.SADDLEPOINT_WEIGHTS || "weights"
}

/**
 * Reads a file of weights from the folder of weights.
 *
 * @example `await readKnownWeights(knownWeights.fidInception)`
 * @throws WeightFileError as `readWeights`; where the file is missing it says where to get it and where to put it
 */
export function readKnownWeights(
  source: WeightSource,
  options: Omit<ReadWeightsOptions, "source"> = {},
): Promise<Weights> {
  return readWeights(join(weightsFolder(), source.name), { ...options, source })
}

/**
 * Reads named weights as float32 from a .pth file of torch.save (zip archive, or the stream of torch before 1.6), .npz,
 * safetensors or a TensorFlow.js model.json; the content decides, not the name. The digest is verified before anything
 * but a model.json's own text is parsed, nothing in the file is executed, and no size that it states is believed.
 *
 * @returns float32 row-major values by name, in the layouts of the program that wrote the file (torch: convolutions
 *   `[out, in, height, width]`)
 * @throws WeightFileError, one sentence: missing file, other digest, damage, other kinds of file, too large
 */
export async function readWeights(path: string, options: ReadWeightsOptions = {}): Promise<Weights> {
  const { source, limits } = options
  const file = await openWeightFile(path, adviceOn(path, source))
  try {
    const memory = allowance(limits)
    const shards = shardFolder(dirname(path))
    const named = source !== undefined && basename(path) === source.name ? source.sha256Prefix : undefined
    // Whoever gives a digest knows which file is meant, also under a name that is known.
    const wanted = options.sha256 ?? named
    if (wanted !== undefined) requireDigest(path, wanted, await digestOf(file, shards, memory), source)
    return decodeWeights(file.source, memory, shards)
  } finally {
    await file.close()
  }
}

/** SHA-256 in hex of a file, followed by its shards where it is a model.json. */
async function digestOf(file: OpenWeightFile, shards: Shards, memory: Allowance): Promise<string> {
  const hash = createHash("sha256")
  for await (const chunk of file.chunks()) hash.update(chunk)
  const names = kindOf(file.source) === "model" ? tfjsShards(modelOf(file.source, memory)) : []
  for (const name of names) {
    memory.take(shards.sizeOf(name), "a shard")
    hash.update(shards.read(name))
  }
  return hash.digest("hex")
}

function requireDigest(path: string, wanted: string, found: string, source?: WeightSource): void {
  if (!/^[0-9a-f]{8,64}$/i.test(wanted)) {
    throw new WeightFileError(
      `Expected a SHA-256 of 8 to 64 hex digits to check ${JSON.stringify(path)} against but got ${quoted(wanted)}; sha256sum prints one.`,
    )
  }
  if (found.startsWith(wanted.toLowerCase())) return
  const advice = source === undefined ? "it is damaged or another file" : `get it again from ${source.obtain}`
  throw new WeightFileError(
    `Expected SHA-256 ${wanted} of ${JSON.stringify(path)} but got ${found}; ${advice}.`,
  )
}

/** What to do where the file is missing. */
function adviceOn(path: string, source: WeightSource | undefined): string {
  return source === undefined
    ? "check the path, or put the file there"
    : `get it from ${source.obtain} and put it into ${JSON.stringify(dirname(path))} (SADDLEPOINT_WEIGHTS names another folder of weights)`
}
