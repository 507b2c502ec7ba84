import { duringStep } from "@saddlepoint/engine/ambient"
import type { StepContext } from "@saddlepoint/engine/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeAll, expect, test } from "vitest"
import { parameterCount } from "./convolutionTable.ts"
import type { LayersPlayer } from "./layersPlayer.ts"
import { images } from "./testing/fields.ts"
import { makeUnet, type UnetOptions, unet, unetDepth, unetPlugin, unetTable } from "./unet.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

function count(width: number, side: number, skips = true): number {
  const depth = unetDepth("auto", side, side)
  return parameterCount(unetTable({ width, skips, channels: 3 }, depth, 3), "batch")
}

function tiny(options: Partial<UnetOptions> = {}, side = 8, name = "generator", seed = 1) {
  return makeUnet({ width: 2, dropout: 0, ...options }).player(
    name,
    { inputs: { image: images(side, side, 3) } },
    seed,
  )
}

function image(side: number, key = "image"): tf.Tensor4D {
  const values = stream(4, key).fillNormal(new Float32Array(side * side * 3))
  return tf.tensor4d(values, [1, side, side, 3])
}

/** Masks of step `step`; a name gives the same mask again. */
function masksOf(step: number): StepContext {
  return {
    step,
    random(name, shape, distribution) {
      const values = new Float32Array(tf.util.sizeFromShape([...shape]))
      const rate = distribution.kind === "bernoulli" ? distribution.rate : 0
      return tf.tensor(stream(9, name, step).fillBernoulli(values, rate), [...shape])
    },
    schedule: () => tf.scalar(0),
  }
}

test("the published networks have the published numbers of parameters", () => {
  // Counted from phillipi/pix2pix, models.lua, with biases and affine norms; 3 channels in and out.
  expect(count(64, 256)).toBe(54_419_459)
  expect(count(64, 128)).toBe(41_833_475)
  expect(count(64, 256, false)).toBe(39_080_963)
})

test("narrow networks for small images have the sizes that were planned for", () => {
  const millions = (width: number, side: number) => Number((count(width, side) / 1e6).toFixed(2))
  expect([millions(8, 32), millions(16, 32)]).toEqual([0.26, 1.04])
  expect([millions(8, 64), millions(16, 64)]).toEqual([0.46, 1.83])
})

test("the table counts the variables that are made", () => {
  for (const skips of [true, false]) {
    for (const norm of ["none", "batch", "instance"] as const) {
      const player = tiny({ skips, norm }, 16)
      const made = Object.values(player.variables).reduce((total, variable) => total + variable.size, 0)
      expect(made).toBe(parameterCount(unetTable({ width: 2, skips, channels: 3 }, 4, 3), norm))
      player.dispose()
    }
  }
})

test.each([2, 4, 8, 16, 32])("an image of side %i comes back at its size, in (-1, 1)", (side) => {
  const before = tf.memory().numTensors
  const player = tiny({ channels: 2 }, side)
  tf.tidy(() => {
    const y = player.apply({ image: image(side) }, "train").image!
    expect(y.shape).toEqual([1, side, side, 2])
    expect(Math.max(...Array.from(y.dataSync(), Math.abs))).toBeLessThan(1)
  })
  player.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test("oblong images go down until a side is odd", () => {
  expect(unetDepth("auto", 96, 64)).toBe(5)
  const player = makeUnet({ width: 1, dropout: 0 }).player(
    "generator",
    { inputs: { image: images(4, 12, 1) } },
    1,
  )
  expect(tf.tidy(() => player.apply({ image: tf.ones([2, 4, 12, 1]) }, "train").image!.shape)).toEqual([
    2, 4, 12, 3,
  ])
  player.dispose()
})

test("the innermost and outermost convolutions have no norm", () => {
  const player = tiny({ norm: "batch" }, 16)
  const normed = Object.keys(player.variables).filter((name) => name.endsWith("gamma"))
  expect(normed).toEqual(["down2", "down3", "up1", "up2", "up3"].map((level) => `${level}/norm/gamma`))
  expect(Object.keys(player.state)).toContain("up3/norm/movingVariance")
  player.dispose()
})

test("without skips the output is a function of the bottleneck only; with them it is not", () => {
  for (const skips of [true, false]) {
    const player = tiny({ skips }, 8)
    tf.tidy(() => {
      // A bottleneck that no longer depends on the image.
      const kernel = player.variables["down3/kernel"]!
      kernel.assign(tf.zerosLike(kernel))
      player.variables["down3/bias"]!.assign(tf.ones([8]))
      const outputs = ["a", "b"].map((key) =>
        Array.from(player.apply({ image: image(8, key) }, "evaluate").image!.dataSync()),
      )
      if (skips) expect(outputs[0]).not.toEqual(outputs[1])
      else expect(outputs[0]).toEqual(outputs[1])
    })
    player.dispose()
  }
})

test("one level gives what it gives by hand", () => {
  // One level: down1 is both first and innermost (no norm, no activation before it), then ReLU, up1, tanh.
  const player = tiny({}, 2)
  const kernel = (name: string, value: number) => {
    const variable = player.variables[`${name}/kernel`]!
    variable.assign(tf.fill(variable.shape, value))
  }
  tf.tidy(() => {
    kernel("down1", 0.1)
    kernel("up1", 0.25)
    // A 2x2 image of ones in 3 channels lies within the 4x4 window: 12 * 0.1 = 1.2 in each of 2 channels.
    // Each output sees it once through each channel: tanh(2 * 1.2 * 0.25).
    const up = player.apply({ image: tf.ones([1, 2, 2, 3]) }, "evaluate").image!.dataSync()
    for (const value of up) expect(value).toBeCloseTo(Math.tanh(0.6), 5)
    // ReLU, not leaky, comes before the decoder: a negative bottleneck gives 0.
    const down = player.apply({ image: tf.fill([1, 2, 2, 3], -1) }, "evaluate").image!.dataSync()
    expect(new Set(down)).toEqual(new Set([0]))
  })
  player.dispose()
})

test("a skip brings the encoder's values of the same size, and the decoder rectifies them", () => {
  // Depth 2 on 4x4, one channel, no norm: up2 sees [up1, down1]; here only down1 has weight.
  const player = makeUnet({ width: 1, channels: 1, norm: "none", dropout: 0 }).player(
    "g",
    { inputs: { image: images(4, 4, 1) } },
    1,
  )
  tf.tidy(() => {
    for (const variable of Object.values(player.variables)) variable.assign(tf.zerosLike(variable))
    player.variables["down1/bias"]!.assign(tf.tensor1d([0.5]))
    const kernel = player.variables["up2/kernel"]!
    const ones = tf.concat([tf.zeros([4, 4, 1, 1]), tf.ones([4, 4, 1, 1])], 3) // only the skip's channel
    kernel.assign(ones)
    const y = player
      .apply({ image: tf.zeros([1, 4, 4, 1]) }, "evaluate")
      .image!.squeeze([0, 3])
      .arraySync() as number[][]
    // Output (0, 0) is covered by one encoder value, (1, 1) by four.
    expect(y[0]![0]).toBeCloseTo(Math.tanh(0.5), 5)
    expect(y[1]![1]).toBeCloseTo(Math.tanh(2), 5)
    player.variables["down1/bias"]!.assign(tf.tensor1d([-0.5]))
    const negative = player.apply({ image: tf.zeros([1, 4, 4, 1]) }, "evaluate").image!.dataSync()
    expect(new Set(negative)).toEqual(new Set([0]))
  })
  player.dispose()
})

test("dropout masks differ from step to step, and one step has one mask for one input", () => {
  const player = tiny({ dropout: 0.5, norm: "none" }, 8)
  for (const variable of Object.values(player.variables)) {
    tf.tidy(() => variable.assign(tf.mul(variable, 20)))
  }
  tf.tidy(() => {
    const [x, other] = [image(8), image(8)]
    const output = (context: StepContext, input: tf.Tensor) =>
      duringStep(context, () => Array.from(player.apply({ image: input }, "train").image!.dataSync()))
    const context = masksOf(0)
    const first = output(context, x)
    expect(output(context, x)).toEqual(first)
    expect(output(context, other)).not.toEqual(first) // equal pixels, but another application
    expect(output(masksOf(0), x)).toEqual(first)
    expect(output(masksOf(1), x)).not.toEqual(first)
  })
  player.dispose()
})

test("dropout stays on at test time unless it is declared off", () => {
  const [on, off, none] = [{ dropout: 0.5 }, { dropout: 0.5, testDropout: false }, {}].map((options) => {
    const player = tiny({ norm: "none", ...options })
    const y = tf.tidy(() => Array.from(player.apply({ image: image(8) }, "evaluate").image!.dataSync()))
    player.dispose()
    return y
  })
  expect(off).toEqual(none)
  expect(on).not.toEqual(none)
})

function layerNames(options: Partial<UnetOptions>, side: number): string[] {
  const player = tiny(options, side) as LayersPlayer
  const names = player.model.layers.map(({ name }) => name)
  player.dispose()
  return names
}

test("the layers are the reference's, in its order", () => {
  // phillipi/pix2pix, models.lua: conv; (lrelu, conv, bn)*; lrelu, conv; (relu, deconv, bn, dropout, join)*; relu, deconv, tanh.
  expect(layerNames({ dropout: 0.5, norm: "batch" }, 8)).toEqual([
    "image",
    "down1",
    ...["down2/activation", "down2", "down2/norm"],
    ...["down3/activation", "down3"],
    ...["up1/activation", "up1", "up1/norm", "up1/dropout", "up1/skip"],
    ...["up2/activation", "up2", "up2/norm", "up2/dropout", "up2/skip"],
    ...["up3/activation", "up3", "tanh"],
  ])
})

test("dropout is in the three innermost decoder levels, never in the outermost", () => {
  const dropped = (side: number) =>
    layerNames({ dropout: 0.5 }, side).filter((name) => name.endsWith("dropout"))
  expect(dropped(8)).toEqual(["up1/dropout", "up2/dropout"])
  expect(dropped(64)).toEqual(["up1/dropout", "up2/dropout", "up3/dropout"])
})

test("sizes that the levels do not divide are refused in a sentence", () => {
  expect(makeUnet({ depth: 3 }).refuses!({ inputs: { image: images(24, 32, 3) } })).toEqual([])
  expect(makeUnet({ depth: 4 }).refuses!({ inputs: { image: images(24, 32, 3) } })).toEqual([
    "Expected sides that 16 divides for a U-Net of depth 4, but got an image of 24x32; change the image size or the depth.",
  ])
  expect(makeUnet().refuses!({ inputs: { image: images(15, 16, 3) } })).toHaveLength(1)
})

test("the options have their defaults and ranges", () => {
  const decode = Schema.decodeUnknownSync(Schema.Struct(unetPlugin.options) as never)
  expect(decode({})).toEqual({
    width: 64,
    depth: "auto",
    norm: "instance",
    statistics: "batch",
    skips: true,
    dropout: 0.5,
    testDropout: true,
    channels: 3,
    initialisation: "auto",
  })
  for (const wrong of [{ width: 0 }, { depth: "deep" }, { norm: "group" }, { dropout: 1 }]) {
    expect(() => decode(wrong)).toThrow()
  }
  expect(unet({ width: 16 }).options).toEqual({ width: 16 })
})
