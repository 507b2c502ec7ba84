import type { Convolution, Layer, Layers, TapForm } from "./layers.ts"

/** Side of the images that the network takes. */
export const inceptionSide = 299

interface UnitOptions {
  readonly stride?: number
  readonly padding?: readonly [number, number]
}

/** Convolution, batch norm, ReLU. */
function unit(
  name: string,
  inputs: number,
  outputs: number,
  kernel: readonly [number, number],
  { stride = 1, padding = [0, 0] }: UnitOptions = {},
): Convolution {
  return {
    kind: "convolution",
    name,
    inputs,
    outputs,
    kernel,
    stride,
    padding,
    shift: "batch norm",
    linear: false,
    rectified: true,
  }
}

const one = [1, 1] as const
const three = [3, 3] as const
const row = [1, 7] as const
const column = [7, 1] as const
const halve: UnitOptions = { stride: 2 }
const around: UnitOptions = { padding: [1, 1] }
const alongRow: UnitOptions = { padding: [0, 3] }
const alongColumn: UnitOptions = { padding: [3, 0] }
const shrink: Layer = { kind: "maxPool", size: 3, stride: 2, padding: 0, ceil: false }
const neighbourMaximum: Layer = { kind: "maxPool", size: 3, stride: 1, padding: 1, ceil: false }
const neighbourMean: Layer = { kind: "averagePool" }

const tap = (name: string, what: TapForm): Layer => ({ kind: "tap", name, what })

/** Layers under the name that torch-fidelity gives to their result. */
const stage = (name: string, ...layers: readonly Layer[]): Layers => [...layers, tap(name, "image")]

const block = (name: string, ...branches: readonly Layers[]): Layers =>
  stage(name, { kind: "branches", branches })

/** Mixed_5b to 5d, of 35x35 positions. */
function blockA(name: string, inputs: number, pooled: number): Layers {
  return block(
    name,
    [unit(`${name}.branch1x1`, inputs, 64, one)],
    [
      unit(`${name}.branch5x5_1`, inputs, 48, one),
      unit(`${name}.branch5x5_2`, 48, 64, [5, 5], { padding: [2, 2] }),
    ],
    [
      unit(`${name}.branch3x3dbl_1`, inputs, 64, one),
      unit(`${name}.branch3x3dbl_2`, 64, 96, three, around),
      unit(`${name}.branch3x3dbl_3`, 96, 96, three, around),
    ],
    [neighbourMean, unit(`${name}.branch_pool`, inputs, pooled, one)],
  )
}

/** Mixed_6a, from 35x35 to 17x17. */
function blockB(name: string, inputs: number): Layers {
  return block(
    name,
    [unit(`${name}.branch3x3`, inputs, 384, three, halve)],
    [
      unit(`${name}.branch3x3dbl_1`, inputs, 64, one),
      unit(`${name}.branch3x3dbl_2`, 64, 96, three, around),
      unit(`${name}.branch3x3dbl_3`, 96, 96, three, halve),
    ],
    [shrink],
  )
}

/** Mixed_6b to 6e, of 17x17 positions. */
function blockC(name: string, inner: number): Layers {
  return block(
    name,
    [unit(`${name}.branch1x1`, 768, 192, one)],
    [
      unit(`${name}.branch7x7_1`, 768, inner, one),
      unit(`${name}.branch7x7_2`, inner, inner, row, alongRow),
      unit(`${name}.branch7x7_3`, inner, 192, column, alongColumn),
    ],
    [
      unit(`${name}.branch7x7dbl_1`, 768, inner, one),
      unit(`${name}.branch7x7dbl_2`, inner, inner, column, alongColumn),
      unit(`${name}.branch7x7dbl_3`, inner, inner, row, alongRow),
      unit(`${name}.branch7x7dbl_4`, inner, inner, column, alongColumn),
      unit(`${name}.branch7x7dbl_5`, inner, 192, row, alongRow),
    ],
    [neighbourMean, unit(`${name}.branch_pool`, 768, 192, one)],
  )
}

/** Mixed_7a, from 17x17 to 8x8. */
function blockD(name: string): Layers {
  return block(
    name,
    [unit(`${name}.branch3x3_1`, 768, 192, one), unit(`${name}.branch3x3_2`, 192, 320, three, halve)],
    [
      unit(`${name}.branch7x7x3_1`, 768, 192, one),
      unit(`${name}.branch7x7x3_2`, 192, 192, row, alongRow),
      unit(`${name}.branch7x7x3_3`, 192, 192, column, alongColumn),
      unit(`${name}.branch7x7x3_4`, 192, 192, three, halve),
    ],
    [shrink],
  )
}

/** Mixed_7b and 7c, of 8x8 positions. */
function blockE(name: string, inputs: number, pool: Layer): Layers {
  const ends = (branch: string): Layer => ({
    kind: "branches",
    branches: [
      [unit(`${name}.${branch}a`, 384, 384, [1, 3], { padding: [0, 1] })],
      [unit(`${name}.${branch}b`, 384, 384, [3, 1], { padding: [1, 0] })],
    ],
  })
  return block(
    name,
    [unit(`${name}.branch1x1`, inputs, 320, one)],
    [unit(`${name}.branch3x3_1`, inputs, 384, one), ends("branch3x3_2")],
    [
      unit(`${name}.branch3x3dbl_1`, inputs, 448, one),
      unit(`${name}.branch3x3dbl_2`, 448, 384, three, around),
      ends("branch3x3dbl_3"),
    ],
    [pool, unit(`${name}.branch_pool`, inputs, 192, one)],
  )
}

/**
 * The InceptionV3 behind the Frechet inception distance: the TensorFlow graph inception-2015-12-05 (Szegedy et al. 2015),
 * under the names of its PyTorch ports. It is not torchvision's `inception_v3`: averages do not count padding,
 * Mixed_7c pools by maximum, and there are 1008 logits.
 *
 * Taps `64`, `192`, `768` and `2048` are means over positions; the last also feeds `logits_unbiased`, which are
 * `logits` without the bias, as the original Inception Score takes them. The 19 stages under their own names are
 * images, to find the first layer that differs from another implementation.
 */
export const inceptionLayers: Layers = [
  ...stage("Conv2d_1a_3x3", unit("Conv2d_1a_3x3", 3, 32, three, halve)),
  ...stage("Conv2d_2a_3x3", unit("Conv2d_2a_3x3", 32, 32, three)),
  ...stage("Conv2d_2b_3x3", unit("Conv2d_2b_3x3", 32, 64, three, around)),
  ...stage("MaxPool_1", shrink),
  tap("64", "mean"),
  ...stage("Conv2d_3b_1x1", unit("Conv2d_3b_1x1", 64, 80, one)),
  ...stage("Conv2d_4a_3x3", unit("Conv2d_4a_3x3", 80, 192, three)),
  ...stage("MaxPool_2", shrink),
  tap("192", "mean"),
  ...blockA("Mixed_5b", 192, 32),
  ...blockA("Mixed_5c", 256, 64),
  ...blockA("Mixed_5d", 288, 64),
  ...blockB("Mixed_6a", 288),
  ...blockC("Mixed_6b", 128),
  ...blockC("Mixed_6c", 160),
  ...blockC("Mixed_6d", 160),
  ...blockC("Mixed_6e", 192),
  tap("768", "mean"),
  ...blockD("Mixed_7a"),
  ...blockE("Mixed_7b", 1280, neighbourMean),
  ...blockE("Mixed_7c", 2048, neighbourMaximum),
  ...stage("AvgPool", { kind: "mean" }),
  tap("2048", "mean"),
  {
    kind: "convolution",
    name: "fc",
    inputs: 2048,
    outputs: 1008,
    kernel: one,
    stride: 1,
    padding: [0, 0],
    shift: "none",
    linear: true,
    rectified: false,
  },
  tap("logits_unbiased", "mean"),
  { kind: "bias", name: "fc", outputs: 1008 },
  tap("logits", "mean"),
]
