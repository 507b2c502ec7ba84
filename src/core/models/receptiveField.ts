/** One square convolution, as far as geometry goes. */
export interface Window {
  readonly kernel: number
  readonly stride: number
  /** Zeros on every side. */
  readonly padding: number
}

/** Side in pixels of the square of input that one output of a stack of convolutions sees. */
export function receptiveField(stack: readonly Window[]): number {
  // Backwards from one output: a window of r outputs sees (r - 1) * stride + kernel inputs.
  return stack.reduceRight((seen, { kernel, stride }) => (seen - 1) * stride + kernel, 1)
}

/** Distance in input pixels between what neighbouring outputs see. */
export function jump(stack: readonly Window[]): number {
  return stack.reduce((product, { stride }) => product * stride, 1)
}

/** Side of the output for an input side; less than 1 when the image is too small. */
export function outputSide(stack: readonly Window[], inputSide: number): number {
  return stack.reduce(
    (side, { kernel, stride, padding }) => Math.floor((side + 2 * padding - kernel) / stride) + 1,
    inputSide,
  )
}

/** First and last input position (inclusive, along one axis) that an output sees; beyond the image lies padding. */
export function inputWindow(
  stack: readonly Window[],
  output: number,
): readonly [first: number, last: number] {
  const first = stack.reduceRight((position, { stride, padding }) => position * stride - padding, output)
  return [first, first + receptiveField(stack) - 1]
}

/**
 * Receptive field of a PatchGAN of n stride-2 convolutions and two of stride 1, all 4x4: `9 * 2^n - 2` for n >= 1
 * (Isola et al. 2017, appendix 6.1.2, gives 16, 70 and 286: n = 1, 3, 5). n = 0 is the PixelGAN, 1.
 */
export function patchReceptiveField(layers: number): number {
  return layers === 0 ? 1 : 9 * 2 ** layers - 2
}

/** The n of a receptive field, or undefined when no n >= 0 has it. */
export function patchLayers(field: number): number | undefined {
  const layers = field === 1 ? 0 : Math.log2((field + 2) / 9)
  return Number.isInteger(layers) && layers >= 0 && patchReceptiveField(layers) === field ? layers : undefined
}
