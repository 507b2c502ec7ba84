import { type Weights, weightsDigest } from "@saddlepoint/core/play/weights"
import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { type Chain, chainNamed, preprocessed } from "../resize/chains.ts"
import { type Images, requireImages } from "../resize/images.ts"
import { requireWeights } from "./foldedWeights.ts"
import { imageBatches } from "./imageBatches.ts"
import { type Layers, parametersOf, tapsOf, upToTaps } from "./layers.ts"
import { ownEngine } from "./ownEngine.ts"
import { tensorForward } from "./tensorForward.ts"

/** A fixed network whose inner values describe images. */
export interface FeatureNetwork {
  readonly name: string
  /** SHA-256 of the weights that it computes with; part of a metric's identity. */
  readonly digest: string
  /** What can be asked for. */
  readonly taps: readonly string[]
  readonly engine: Engine
  /**
   * The network as tensor code, for a step of one's own.
   * @param images float32 `[images, height, width, 3]`, normalised as the network wants it
   * @returns for every tap `[images, features]`, or `[images, height, width, channels]` where it is an image
   */
  apply(images: tf.Tensor4D, taps: readonly string[]): Record<string, tf.Tensor>
  /** One tap of many images, `[images, features]`, row-major; batch by batch, in memory that does not grow with them. */
  features(images: Images, options: FeatureOptions & { readonly tap: string }): Promise<Float32Array>
  /** Several taps of many images, from one pass. */
  tapped(
    images: Images,
    options: FeatureOptions & { readonly taps: readonly string[] },
  ): Promise<Readonly<Record<string, TapValues>>>
  /** Releases weights and compiled sessions; the engine stays open. */
  dispose(): void
}

export interface FeatureOptions {
  /** What happens to the images first: a chain, or the name of one in `chains`. */
  readonly chain: string | Chain
  /**
   * Images that are computed at once, 16 when left out. The last batch is filled up, so that an image's
   * features are the same bits whatever it is judged with; another number may give other roundings (1e-6).
   */
  readonly batch?: number
}

/** Values of one tap, float32, row-major. */
export interface TapValues {
  /** `[images, features]` or `[images, height, width, channels]` */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** A network before it has weights. */
export interface NetworkDefinition {
  readonly name: string
  readonly layers: Layers
  /** Side of the images that the taps asked for need; undefined where any size will do. */
  readonly side: number | undefined
}

export interface OpenNetworkOptions {
  /** Where it computes. Left out: an engine that is opened once for all such networks, by `openEngine()`. */
  readonly engine?: Engine
  /** The taps that will be asked for, all when left out: layers behind the last of them need no weights. */
  readonly taps?: readonly string[]
}

const defaultBatch = 16

/**
 * Gives a network its weights.
 * @param weights its state dict, in PyTorch's names and layouts
 * @throws one sentence that names the first tensor that is missing or has another shape
 */
export async function openFeatureNetwork(
  definition: NetworkDefinition,
  weights: Weights,
  { engine: given, taps = tapsOf(definition.layers) }: OpenNetworkOptions = {},
): Promise<FeatureNetwork> {
  const { name, side } = definition
  const layers = upToTaps(name, definition.layers, taps)
  requireWeights(name, layers, weights)
  const used = Object.fromEntries(
    parametersOf(layers).map((parameter) => [parameter.name, weights[parameter.name]!]),
  )
  const engine = given ?? (await ownEngine())
  const forward = tensorForward(layers, used)
  const passes = new Map<string, (batch: tf.Tensor4D) => Readonly<Record<string, tf.Tensor>>>()
  const compiled: { dispose(): void }[] = []
  const passOf = (asked: readonly string[]) => {
    const key = asked.join()
    let pass = passes.get(key)
    if (pass === undefined) {
      upToTaps(name, layers, asked)
      const played = engine.compile(({ images }) => forward.apply(images as tf.Tensor4D, asked), noDraws)
      compiled.push(played)
      let step = 0
      pass = (images) => played.play({ images }, step++)
      passes.set(key, pass)
    }
    return pass
  }
  const network: FeatureNetwork = {
    name,
    digest: weightsDigest(used),
    taps: tapsOf(layers),
    engine,
    apply: forward.apply,
    async features(images, { tap, ...options }) {
      return (await network.tapped(images, { taps: [tap], ...options }))[tap]!.values
    },
    async tapped(images, { taps: asked, chain, batch = defaultBatch }) {
      const steps = typeof chain === "string" ? chainNamed(chain) : chain
      requireSide(name, side, steps, images)
      const gathered = new Map<string, { shape: number[]; values: Float32Array }>()
      for (const { first, images: some } of imageBatches(images, batch)) {
        const { values, shape } = preprocessed(some, steps)
        const results = await played(passOf(asked), values, shape)
        for (const [tap, result] of Object.entries(results)) {
          gather(gathered, tap, result, first, images.shape[0])
        }
      }
      return Object.fromEntries(gathered)
    },
    dispose() {
      forward.dispose()
      for (const step of compiled) step.dispose()
    },
  }
  return network
}

const noDraws = {
  random: () => {
    throw new Error("A feature network draws nothing.")
  },
  schedule: () => 0,
}

function requireSide(name: string, side: number | undefined, { resize }: Chain, images: Images): void {
  requireImages(images)
  if (images.shape[0] === 0) throw new RangeError(`Expected at least one image for ${name}, but got none.`)
  const sides = resize === undefined ? [images.shape[1], images.shape[2]] : [resize.side, resize.side]
  if (side === undefined || sides.every((length) => length === side)) return
  throw new RangeError(
    `Expected images of ${side}x${side} pixels for ${name}, but got ${sides.join("x")}; use a chain that resizes to ${side}.`,
  )
}

/** Plays one batch, and brings its results to the host. */
async function played(
  pass: (images: tf.Tensor4D) => Readonly<Record<string, tf.Tensor>>,
  values: Float32Array,
  shape: [number, number, number, number],
): Promise<Record<string, TapValues>> {
  const images = tf.tensor4d(values, shape)
  const results = pass(images)
  images.dispose()
  try {
    const read = Object.entries(results).map(async ([tap, tensor]) => {
      return [tap, { shape: tensor.shape, values: (await tensor.data()) as Float32Array }] as const
    })
    return Object.fromEntries(await Promise.all(read))
  } finally {
    tf.dispose({ ...results })
  }
}

/** Puts a batch's results of one tap where they belong; what the filling gave falls off the end. */
function gather(
  gathered: Map<string, { shape: number[]; values: Float32Array }>,
  tap: string,
  { shape, values }: TapValues,
  first: number,
  count: number,
): void {
  const size = values.length / shape[0]!
  let whole = gathered.get(tap)
  if (whole === undefined) {
    whole = { shape: [count, ...shape.slice(1)], values: new Float32Array(count * size) }
    gathered.set(tap, whole)
  }
  whole.values.set(values.subarray(0, (count - first) * size), first * size)
}
