import { readFile } from "node:fs/promises"
import { join } from "node:path"
import * as Schema from "effect/Schema"

const numbers = Schema.Array(Schema.Finite)
const byName = <S extends Schema.Top>(schema: S) => Schema.Record(Schema.String, schema)

const Summary = Schema.Struct({
  shape: Schema.Array(Schema.Int),
  sum: Schema.Finite,
  l2: Schema.Finite,
  first8: numbers,
})

const SummaryTolerance = Schema.Struct({ sum: Schema.Finite, l2: Schema.Finite, each: Schema.Finite })

const NetworkLayer = Schema.Struct({
  name: Schema.String,
  type: Schema.String,
  in_channels: Schema.optionalKey(Schema.Int),
  out_channels: Schema.optionalKey(Schema.Int),
  in_features: Schema.optionalKey(Schema.Int),
  out_features: Schema.optionalKey(Schema.Int),
  kernel_size: Schema.optionalKey(Schema.Union([Schema.Int, Schema.Array(Schema.Int)])),
  stride: Schema.optionalKey(Schema.Union([Schema.Int, Schema.Array(Schema.Int)])),
  padding: Schema.optionalKey(Schema.Union([Schema.Int, Schema.Array(Schema.Int)])),
  output_padding: Schema.optionalKey(Schema.Union([Schema.Int, Schema.Array(Schema.Int)])),
  negative_slope: Schema.optionalKey(Schema.Finite),
  num_features: Schema.optionalKey(Schema.Int),
  eps: Schema.optionalKey(Schema.Finite),
  p: Schema.optionalKey(Schema.Finite),
  scale_factor: Schema.optionalKey(Schema.Finite),
  mode: Schema.optionalKey(Schema.String),
  affine: Schema.optionalKey(Schema.Boolean),
  tensors: Schema.optionalKey(byName(Schema.String)),
})

const Network = Schema.Struct({ layers: Schema.Array(NetworkLayer) })

const TensorEntry = Schema.Struct({
  file: Schema.String,
  dtype: Schema.Literals(["float32", "int32"]),
  shape: Schema.Array(Schema.Int),
  offsetBytes: Schema.Int,
})

const CaseFile = Schema.Struct({
  name: Schema.String,
  case: Schema.String,
  config: Schema.Unknown,
  networks: Schema.optionalKey(byName(Schema.Unknown)),
  optimiser: Schema.optionalKey(Schema.Unknown),
  extra: Schema.optionalKey(Schema.Unknown),
  steps: Schema.Int,
  losses: byName(numbers),
  tolerance: Schema.Struct({
    losses: byName(numbers),
    after: byName(SummaryTolerance),
    grad0: byName(SummaryTolerance),
    expect: byName(Schema.Finite),
  }),
  tightSteps: Schema.Int,
  noiseDriven: Schema.optionalKey(Schema.Array(Schema.String)),
  tensors: byName(TensorEntry),
  grad0: byName(Summary),
  after: byName(Summary),
})

/** One layer of a recorded network: its type and sizes in PyTorch's words, and the names of its tensors. */
export type NetworkLayer = typeof NetworkLayer.Type

/** What is on record of a tensor that is not kept whole: its shape, sum, Euclidean norm and first eight values. */
export type Summary = typeof Summary.Type

export type SummaryTolerance = typeof SummaryTolerance.Type

/** A recorded tensor in PyTorch's layout: images NCHW, kernels OIHW (transposed ones IOHW), dense layers `[out, in]`. */
export interface RecordedTensor {
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
}

/** One recorded case: what went in, what came out, and how far apart equal computations may be. */
export interface Trajectory {
  readonly name: string
  /** In words. */
  readonly title: string
  // biome-ignore lint/suspicious/noExplicitAny: sizes, weights and choices have the form of their case; its family knows it
  readonly config: any
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly optimiser: any
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly extra: any
  readonly steps: number
  /** Leading values of all losses whose tolerances are below 1e-4 of the loss. */
  readonly tightSteps: number
  readonly losses: Readonly<Record<string, readonly number[]>>
  /** Summaries of the gradients with which each tensor was updated first, and of the final weights. */
  readonly grad0: Readonly<Record<string, Summary>>
  readonly after: Readonly<Record<string, Summary>>
  readonly tolerance: {
    readonly losses: Readonly<Record<string, readonly number[]>>
    readonly grad0: Readonly<Record<string, SummaryTolerance>>
    readonly after: Readonly<Record<string, SummaryTolerance>>
    readonly expect: Readonly<Record<string, number>>
  }
  /** Tensors whose movement is rounding noise. */
  readonly noiseDriven: ReadonlySet<string>
  /** The layers of a network, in the order of execution. Throws one sentence when it has no such list. */
  layers(network: string): readonly NetworkLayer[]
  /** Names of all tensors that are kept whole. */
  readonly tensors: readonly string[]
  /** @throws Error when the case has no tensor of that name */
  tensor(name: string): RecordedTensor
}

/** Reads `case.json` and its tensors from a folder. Throws one sentence when something is missing or cut off. */
export async function readTrajectory(folder: string): Promise<Trajectory> {
  const path = join(folder, "case.json")
  const file = decodedBy(CaseFile, parsed(await readFile(path, "utf8")), `a recorded case in ${path}`)
  const bytes = new Map<string, Uint8Array>()
  for (const name of new Set(Object.values(file.tensors).map((entry) => entry.file))) {
    bytes.set(name, Uint8Array.from(await readFile(join(folder, name))))
  }
  for (const [name, { file: in_, shape, offsetBytes }] of Object.entries(file.tensors)) {
    const end = offsetBytes + 4 * product(shape)
    const { byteLength } = bytes.get(in_)!
    if (offsetBytes % 4 === 0 && end <= byteLength) continue
    throw new Error(
      `Expected ${in_} of ${file.name} to hold ${name} [${shape}] up to byte ${end}, but it has ${byteLength}; copy the folder again.`,
    )
  }
  const {
    name,
    config,
    extra,
    optimiser,
    networks = {},
    steps,
    tightSteps,
    losses,
    grad0,
    after,
    tolerance,
  } = file
  return {
    name,
    title: file.case,
    config,
    optimiser,
    extra,
    steps,
    tightSteps,
    losses,
    grad0,
    after,
    tolerance,
    noiseDriven: new Set(file.noiseDriven ?? []),
    layers: (network) =>
      decodedBy(Network, networks[network], `the layers of ${network} in the case ${name}`).layers,
    tensors: Object.keys(file.tensors),
    tensor(wanted) {
      const entry = file.tensors[wanted]
      if (entry === undefined)
        throw new Error(`Expected a tensor ${wanted} in the case ${name}, but it has none.`)
      const { buffer } = bytes.get(entry.file)!
      const make = entry.dtype === "int32" ? Int32Array : Float32Array
      return {
        shape: entry.shape,
        values: new make(buffer as ArrayBuffer, entry.offsetBytes, product(entry.shape)),
      }
    },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function decodedBy<T>(schema: Schema.Codec<T>, json: unknown, what: string): T {
  try {
    return Schema.decodeUnknownSync(schema)(json)
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : String(error)
    throw new Error(`Expected ${what}, but it cannot be read (${reason}); copy the folder again.`)
  }
}

const product = (shape: readonly number[]) => shape.reduce((size, side) => size * side, 1)
