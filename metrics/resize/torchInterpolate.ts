import { antialiasedWindow, triangle } from "./filterKernels.ts"
import type { Resizer } from "./resizer.ts"
import { tapsOf, type Window } from "./taps.ts"

/**
 * `torch.nn.functional.interpolate` with `align_corners=False` (PyTorch, `UpSample.h` and `UpSampleKernel.cpp`): output
 * pixel i is centred on `(i + 1/2) in / out - 1/2`. Positions and weights are float32, as for float32 images there.
 */

/** Mode `bilinear`: positions before the first pixel's centre are that centre; no antialiasing. */
export const torchBilinear: Resizer = {
  name: "torch_bilinear_halfpixel",
  clips: false,
  taps(size, outputs) {
    const windows = Array.from({ length: outputs }, (_, i): Window => {
      const position = Math.max(centre(i, size, outputs), 0)
      const start = Math.floor(position)
      const share = Math.fround(position - start)
      return { start, weights: [1 - share, share] }
    })
    return tapsOf(windows, size)
  },
}

/** Mode `bilinear` with `antialias=True`: a triangle as wide as the scale, cut at the border. */
export const torchAntialiasedBilinear: Resizer = {
  name: "torch_bilinear_antialias",
  clips: false,
  taps(size, outputs) {
    const windows = Array.from({ length: outputs }, (_, i) => {
      return antialiasedWindow(triangle, i, size, outputs, Math.fround)
    })
    return tapsOf(windows, size)
  },
}

/** Mode `bicubic`: Keys' cubic convolution with `a = -0.75`; pixels past the border are the border's. */
export const torchBicubic: Resizer = {
  name: "torch_bicubic_halfpixel(a=-0.75)",
  clips: false,
  taps(size, outputs) {
    const windows = Array.from({ length: outputs }, (_, i): Window => {
      const position = centre(i, size, outputs)
      const before = Math.floor(position)
      const share = Math.fround(position - before)
      return { start: before - 1, weights: cubicWeights(share, -0.75) }
    })
    return tapsOf(windows, size)
  },
}

/** Mode `area`, adaptive average pooling: the plain mean of the pixels that an output pixel touches. */
export const torchArea: Resizer = {
  name: "torch_area",
  clips: false,
  taps(size, outputs) {
    const windows = Array.from({ length: outputs }, (_, i): Window => {
      const start = Math.floor((i * size) / outputs)
      const end = Math.ceil(((i + 1) * size) / outputs)
      return { start, weights: new Array<number>(end - start).fill(1 / (end - start)) }
    })
    return tapsOf(windows, size)
  },
}

function centre(i: number, size: number, outputs: number): number {
  const scale = Math.fround(size / outputs)
  return Math.fround(scale * (i + 0.5) - 0.5)
}

/** Keys (1981), equation 4 with coefficient `a`, at distances `1 + t`, `t`, `1 - t`, `2 - t`. */
function cubicWeights(t: number, a: number): number[] {
  const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1
  const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
  return [far(t + 1), near(t), near(1 - t), far(2 - t)]
}
