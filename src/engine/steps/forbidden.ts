import * as tf from "../tf.ts"

/**
 * Runs a step's body, during which everything throws that a replay could not repeat, or that no seed controls: reading
 * a tensor back, `Math.random` (and so TensorFlow.js's unseeded draws), tf.layers' own dropout and noise, and tf.train's
 * optimisers. All is as it was afterwards.
 *
 * What it does not see: draws with a seed of their own (`tf.randomNormal(..., seed)` gives the same numbers at every
 * step), and state in JavaScript variables, which an engine that replays finds out when a step does something else.
 */
export function withoutForbidden<T>(body: () => T): T {
  const found = forbidden.map(({ owner, name }) => owner[name]!)
  forbidden.forEach(({ owner, name, replacement }, i) => {
    owner[name] = replacement(found[i]!)
  })
  try {
    return body()
  } finally {
    forbidden.forEach(({ owner, name }, i) => {
      owner[name] = found[i]!
    })
  }
}

type Method = (this: unknown, ...args: unknown[]) => unknown

/** A function that must not be called inside a step, where it lives, and what stands in for it there. */
interface Forbidden {
  readonly owner: Record<string, Method>
  readonly name: string
  readonly replacement: (original: Method) => Method
}

function refused(owner: unknown, name: string, message: string): Forbidden {
  const refuse = () => {
    throw new Error(message)
  }
  return { owner: owner as Record<string, Method>, name, replacement: () => refuse }
}

const readings = ["dataSync", "data", "bytes"].map((name) =>
  refused(
    tf.Tensor.prototype,
    name,
    `Expected a step's body that reads no tensor back, but it called ${name}() (array(), arraySync(), buffer() and ` +
      "print() do too); compute with tensors, return what is to be seen, and read it after play().",
  ),
)

const draws = refused(
  Math,
  "random",
  "Expected a step's body whose random numbers come from the trial's seed, but it called Math.random, from which " +
    "tf.randomNormal, tf.randomUniform, tf.dropout and unseeded initialisers draw too; use context.random(name, shape, " +
    "distribution).",
)

/** Layers of tf.layers that draw their own numbers while they train, and the draw that replaces theirs. */
const layers = [
  { layer: tf.layers.dropout({ rate: 0.5, name: "dropout" }), draw: '{ kind: "bernoulli", rate }' },
  { layer: tf.layers.alphaDropout({ rate: 0.5, name: "noise" }), draw: '{ kind: "bernoulli", rate }' },
  { layer: tf.layers.gaussianNoise({ stddev: 1, name: "noise" }), draw: '{ kind: "normal" }' },
  { layer: tf.layers.gaussianDropout({ rate: 0.5, name: "noise" }), draw: '{ kind: "normal" }' },
]

interface NoisyLayer {
  readonly name: string
  readonly rate?: number
  readonly stddev?: number
  getClassName(): string
}

const noisyLayers = layers.map(
  ({ layer, draw }): Forbidden => ({
    owner: Object.getPrototypeOf(layer),
    name: "call",
    replacement: (original) =>
      function (this: unknown, ...args) {
        const { name, rate, stddev } = this as NoisyLayer
        const { training } = (args[1] ?? {}) as { training?: boolean }
        if (!training || (rate ?? stddev) === 0) return original.apply(this, args)
        throw new Error(
          `Expected layers whose random numbers come from the trial's seed, but "${name}" is a tf.layers ` +
            `${(this as NoisyLayer).getClassName()} in training inside a step; use a layer that draws ` +
            `currentStep().random(name, shape, ${draw}), such as Dropout of @saddlepoint/core/layers/dropout.`,
        )
      },
  }),
)

const optimisers = [
  ["tf.train.sgd", tf.SGDOptimizer],
  ["tf.train.momentum", tf.MomentumOptimizer],
  ["tf.train.adagrad", tf.AdagradOptimizer],
  ["tf.train.adadelta", tf.AdadeltaOptimizer],
  ["tf.train.adam", tf.AdamOptimizer],
  ["tf.train.adamax", tf.AdamaxOptimizer],
  ["tf.train.rmsprop", tf.RMSPropOptimizer],
] as const

const instead =
  "; a replayed step would keep its learning rate and its step count as they were: compute the update with tensors, take " +
  "the rate from context.schedule(name), and assign the variables."

const updates = [
  ...optimisers.map(([word, optimiser]) =>
    refused(
      optimiser.prototype,
      "applyGradients",
      `Expected a step's body without tf.train, but it called applyGradients of ${word}${instead}`,
    ),
  ),
  refused(
    tf.Optimizer.prototype,
    "minimize",
    `Expected a step's body without tf.train, but it called minimize of an optimiser${instead}`,
  ),
]

const forbidden: readonly Forbidden[] = [...readings, draws, ...noisyLayers, ...updates]
