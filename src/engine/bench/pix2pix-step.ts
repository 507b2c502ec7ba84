/**
 * Time of one training step of a pix2pix at 64 pixels: U-Net of width 16 and 6 levels with instance norm, PatchGAN
 * of receptive field 16 without norm, batch 4, L1 + binary cross-entropy, Adam; the discriminator's turn, then the
 * generator's.
 *
 * Run with `npx tsx bench/pix2pix-step.ts [steps] [device] [threads]`. The first 10 steps are not timed.
 */
import type { Feeds, TurnContext } from "../engine.ts"
import { openEngine } from "../open.ts"
import { stream } from "../random.ts"
import * as tf from "../tf.ts"

const width = 16
const levels = 6
const side = 64
const batch = 4
const warmUp = 10

const [steps = 60, device = "auto", threads = 1] = process.argv
  .slice(2)
  .map((word, i) => (i === 1 ? word : Number(word))) as [number?, string?, number?]

const engine = await openEngine({ device, threads })

interface Player {
  readonly variables: tf.Variable[]
  weight(shape: number[]): tf.Variable
  bias(size: number): tf.Variable
}

function player(name: string): Player {
  const variables: tf.Variable[] = []
  const add = (values: Float32Array, shape: number[]) => {
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape)))
    variables.push(variable)
    return variable
  }
  return {
    variables,
    weight: (shape) => {
      const values = stream("init", name, variables.length).fillNormal(
        new Float32Array(tf.util.sizeFromShape(shape)),
      )
      return add(
        values.map((value) => value * 0.02),
        shape,
      )
    },
    bias: (size) => add(new Float32Array(size), [size]),
  }
}

function instanceNorm(x: tf.Tensor4D): tf.Tensor4D {
  const centered = x.sub(tf.mean(x, [1, 2], true))
  const variance = tf.mean(tf.square(centered), [1, 2], true)
  return centered.mul(tf.rsqrt(variance.add(1e-5)))
}

const generator = player("generator")
const channels = Array.from({ length: levels }, (_, level) => width * Math.min(8, 2 ** level))
const down = channels.map((out, level) => ({
  weight: generator.weight([4, 4, level === 0 ? 3 : channels[level - 1]!, out]),
  bias: generator.bias(out),
}))
const up = channels.map((_, level) => {
  const out = level === 0 ? 3 : channels[level - 1]!
  const from = level === levels - 1 ? channels[level]! : channels[level]! * 2
  return { weight: generator.weight([4, 4, out, from]), bias: generator.bias(out), out }
})

function unet(image: tf.Tensor4D, context: TurnContext): tf.Tensor4D {
  const skips: tf.Tensor4D[] = []
  let x = image
  down.forEach(({ weight, bias }, level) => {
    const input = level === 0 ? x : (tf.leakyRelu(x, 0.2) as tf.Tensor4D)
    x = tf.conv2d(input, weight as unknown as tf.Tensor4D, 2, "same").add(bias)
    if (level > 0 && level < levels - 1) x = instanceNorm(x)
    skips.push(x)
  })
  for (let level = levels - 1; level >= 0; level--) {
    const { weight, bias, out } = up[level]!
    const size = side / 2 ** level
    const shape: [number, number, number, number] = [batch, size, size, out]
    x = tf.conv2dTranspose(tf.relu(x), weight as unknown as tf.Tensor4D, shape, 2, "same").add(bias)
    if (level === 0) return tf.tanh(x)
    x = instanceNorm(x)
    if (level >= levels - 2) {
      const mask = context.random(`dropout/${level}`, x.shape, { kind: "bernoulli", rate: 0.5 })
      x = x.mul(mask).mul(2)
    }
    x = tf.concat([x, skips[level - 1]!], 3)
  }
  return x
}

const discriminator = player("discriminator")
const patch = [6, width, width * 2, 1]
const layers = patch.slice(1).map((out, i) => ({
  weight: discriminator.weight([4, 4, patch[i]!, out]),
  bias: discriminator.bias(out),
  stride: i < 1 ? 2 : 1,
}))

function patchGan(condition: tf.Tensor4D, image: tf.Tensor4D): tf.Tensor4D {
  let x = tf.concat([condition, image], 3)
  layers.forEach(({ weight, bias, stride }, i) => {
    const border: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]
    x = tf.conv2d(x, weight as unknown as tf.Tensor4D, stride, border).add(bias)
    if (i < layers.length - 1) x = tf.leakyRelu(x, 0.2)
  })
  return x
}

const bce = (logits: tf.Tensor, real: boolean): tf.Scalar =>
  tf.mean(tf.softplus(real ? tf.neg(logits) : logits))

function adam(variables: tf.Variable[]) {
  const slot = (v: tf.Variable) => tf.tidy(() => tf.variable(tf.zeros(v.shape), false))
  const first = variables.map(slot)
  const second = variables.map(slot)
  return (loss: () => tf.Scalar, context: TurnContext): tf.Scalar => {
    const { value, grads } = tf.variableGrads(loss, variables)
    const rate = context.schedule("rate")
    const [c1, c2] = [context.schedule("c1"), context.schedule("c2")]
    variables.forEach((variable, i) => {
      const g = grads[variable.name]!
      const m = first[i]!.mul(0.5).add(g.mul(0.5))
      const v = second[i]!.mul(0.999).add(tf.square(g).mul(0.001))
      first[i]!.assign(m)
      second[i]!.assign(v)
      const update = m.div(c1).div(tf.sqrt(v.div(c2)).add(1e-8))
      variable.assign(variable.sub(update.mul(rate)))
    })
    return value
  }
}

const updateGenerator = adam(generator.variables)
const updateDiscriminator = adam(discriminator.variables)

let bodyMs = 0
const turn = engine.compile(
  (feeds: Feeds, context) => {
    const start = performance.now()
    const condition = feeds.condition as tf.Tensor4D
    const target = feeds.target as tf.Tensor4D
    // One mask for both passes of a step: then both are one computation.
    const masks = new Map<string, tf.Tensor>()
    const once: TurnContext = {
      step: 0,
      schedule: context.schedule,
      random(name, shape, distribution) {
        const mask = masks.get(name) ?? context.random(name, shape, distribution)
        masks.set(name, mask)
        return mask
      },
    }
    const fake = unet(condition, once)
    const judge = updateDiscriminator(
      () =>
        bce(patchGan(condition, target), true)
          .add(bce(patchGan(condition, fake), false))
          .mul(0.5),
      context,
    )
    const make = updateGenerator(() => {
      const image = unet(condition, once)
      return bce(patchGan(condition, image), true).add(tf.mean(tf.abs(tf.sub(target, image))).mul(100))
    }, context)
    bodyMs += performance.now() - start
    return { judge, make }
  },
  {
    random: (name, shape, distribution, step) => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
      const source = stream("bench", name, step)
      return distribution.kind === "bernoulli"
        ? source.fillBernoulli(values, distribution.rate)
        : source.fillNormal(values)
    },
    schedule: (name, step) => (name === "rate" ? 2e-4 : 1 - (name === "c1" ? 0.5 : 0.999) ** (step + 1)),
  },
)

const image = (name: string) =>
  tf.tensor4d(stream("bench", name).fillUniform(new Float32Array(batch * side * side * 3)), [
    batch,
    side,
    side,
    3,
  ])
const feeds = { condition: image("condition"), target: image("target") }

const stepMs: number[] = []
const hostMs: number[] = []
const cpuMs: number[] = []
let report = ""
for (let step = 0; step < warmUp + steps; step++) {
  bodyMs = 0
  const start = performance.now()
  const cpu = process.cpuUsage()
  const losses = turn.play(feeds, step)
  report = `${losses.judge!.dataSync()[0]} ${losses.make!.dataSync()[0]}`
  tf.dispose(losses)
  if (step >= warmUp) {
    stepMs.push(performance.now() - start)
    hostMs.push(bodyMs)
    const { user, system } = process.cpuUsage(cpu)
    cpuMs.push((user + system) / 1000)
  } else console.log(`step ${step}: ${(performance.now() - start).toFixed(1)} ms, losses ${report}`)
}
const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!.toFixed(2)
console.log(`${engine.identity.version}, ${engine.identity.threads} thread(s), ${steps} steps`)
// On a busy machine the processor time of one thread says more than the clock.
console.log(
  `median ${median(stepMs)} ms per step, ${median(cpuMs)} ms of processor time; of it the body in JavaScript ${median(hostMs)} ms`,
)
console.log(`losses ${report}`, engine.memory())
engine.dispose()
