import type { Engine, StepSources } from "./engine.ts"
import * as tf from "./tf.ts"

/** How fast an engine is here and now; a second's look, not a benchmark. */
export interface SpeedProbe {
  /** Of a chain of square matrix products in float32. */
  readonly gflops: number
  /** Milliseconds of one training step of two small convolutions, the fastest of up to ten. */
  readonly stepMs: number
  /** Kernels of that step which ran in TensorFlow.js's CPU code: name -> calls. */
  readonly fallbacks: Readonly<Record<string, number>>
}

/** Measures the active engine. Takes about a second; leaves no tensor behind. */
export async function probeSpeed(engine: Engine): Promise<SpeedProbe> {
  const { name, device } = engine.identity
  const native = device === "gpu" || name === "onnx" || name === "tensorflow"
  const gflops = await productSpeed(native ? 1024 : 128)
  return { gflops, ...(await stepSpeed(engine)) }
}

/**
 * Doubles the length of the chain until it takes a tenth of a second, so that reading it once does not count; then the
 * best of three, because the first of a length compiles.
 */
async function productSpeed(side: number): Promise<number> {
  const factor = tf.fill([side, side], 1 / side)
  try {
    let best = 0
    let rounds = 0
    for (let length = 1; ; ) {
      const start = performance.now()
      const product = tf.tidy(() => {
        let chain: tf.Tensor = factor
        for (let i = 0; i < length; i++) chain = tf.matMul(chain, factor)
        return tf.sum(chain)
      })
      await product.data()
      product.dispose()
      const seconds = (performance.now() - start) / 1000
      if (seconds < 0.1 && rounds === 0) {
        length *= 2
        continue
      }
      best = Math.max(best, (2 * side ** 3 * length) / seconds / 1e9)
      rounds++
      if (rounds === 3) return best
    }
  } finally {
    factor.dispose()
  }
}

const noSources: StepSources = {
  random: () => new Float32Array(0),
  schedule: () => 0.01,
}

async function stepSpeed(engine: Engine): Promise<Omit<SpeedProbe, "gflops">> {
  const filter = () => tf.tidy(() => tf.variable(tf.fill<tf.Rank.R4>([4, 4, 3, 16], 0.01)))
  const [down, up] = [filter(), filter()]
  const images = tf.fill<tf.Rank.R4>([4, 16, 16, 3], 0.5)
  const before = { ...engine.memory().fallbacks }
  const compiled = engine.compile((feeds, context) => {
    const loss = () => {
      const hidden = tf.leakyRelu(tf.conv2d(feeds.images as tf.Tensor4D, down, 2, "same"), 0.2)
      const output = tf.tanh(tf.conv2dTranspose(hidden as tf.Tensor4D, up, [4, 16, 16, 3], 2, "same"))
      return tf.mean(tf.squaredDifference(output, feeds.images!)) as tf.Scalar
    }
    const { value, grads } = tf.variableGrads(loss, [down, up])
    for (const variable of [down, up]) {
      variable.assign(tf.sub(variable, tf.mul(grads[variable.name]!, context.schedule("rate"))))
    }
    return { loss: value }
  }, noSources)
  let stepMs = Number.POSITIVE_INFINITY
  const end = performance.now() + 500
  try {
    // A compiling engine needs three steps to be itself.
    for (let step = 0; step < 4 || (step < 10 && performance.now() < end); step++) {
      const start = performance.now()
      const reported = compiled.play({ images }, step)
      await reported.loss!.data()
      tf.dispose(reported)
      stepMs = Math.min(stepMs, performance.now() - start)
    }
  } finally {
    compiled.dispose()
    tf.dispose([down, up, images])
  }
  const after = Object.entries(engine.memory().fallbacks)
  const counted = after.map(([name, calls]) => [name, calls - (before[name] ?? 0)] as const)
  return { stepMs, fallbacks: Object.fromEntries(counted.filter(([, calls]) => calls > 0)) }
}
