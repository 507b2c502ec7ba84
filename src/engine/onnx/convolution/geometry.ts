import type { backend_util } from "../../tf.ts"

/** Sizes, strides and pads of a convolution, as TensorFlow.js computes them. */
export type ConvInfo = backend_util.Conv2DInfo

/** Top, left, bottom, right: the order of ONNX. */
export type Pads = readonly [number, number, number, number]

export function outputPixels(info: ConvInfo): number {
  return info.outHeight * info.outWidth
}

/** Numbers in the filter. */
export function filterSize(info: ConvInfo): number {
  return info.inChannels * info.outChannels * info.filterHeight * info.filterWidth
}

export function isDilated(info: ConvInfo): boolean {
  return info.dilationHeight !== 1 || info.dilationWidth !== 1
}

/** Whether the window moves by one pixel and has no holes. */
export function isUnitStride(info: ConvInfo): boolean {
  return info.strideHeight === 1 && info.strideWidth === 1 && !isDilated(info)
}

export function padsAreNatural({ padInfo: { top, left, bottom, right } }: ConvInfo): boolean {
  return top >= 0 && left >= 0 && bottom >= 0 && right >= 0
}

/** Whether the outputs that ONNX computes from these pads are as many as TensorFlow.js says. */
export function countsAgree(info: ConvInfo): boolean {
  const count = (size: number, kernel: number, stride: number, pads: number) =>
    Math.floor((size + pads - kernel) / stride) + 1
  const { top, bottom, left, right } = info.padInfo
  return (
    count(info.inHeight, info.effectiveFilterHeight, info.strideHeight, top + bottom) === info.outHeight &&
    count(info.inWidth, info.effectiveFilterWidth, info.strideWidth, left + right) === info.outWidth
  )
}

/**
 * What is left at the bottom and at the right when the last window ends exactly at the border: pads where it is
 * positive, rows or columns that no window reads where it is negative.
 */
export function endPads(info: ConvInfo): { readonly bottom: number; readonly right: number } {
  const { padInfo, strideHeight, strideWidth, effectiveFilterHeight, effectiveFilterWidth } = info
  return {
    bottom: (info.outHeight - 1) * strideHeight + effectiveFilterHeight - info.inHeight - padInfo.top,
    right: (info.outWidth - 1) * strideWidth + effectiveFilterWidth - info.inWidth - padInfo.left,
  }
}

/**
 * Pads of the stride-1 convolution that swaps roles: what is left of the filter beyond the forward padding. With
 * them dy convolved with the turned filter is dL/dx, and x slid over dy is dL/dW turned. Undefined where that needs
 * a cut, or where the stride is not 1.
 */
export function swappedPads(info: ConvInfo): Pads | undefined {
  const top = info.filterHeight - 1 - info.padInfo.top
  const left = info.filterWidth - 1 - info.padInfo.left
  const bottom = info.inHeight + info.filterHeight - 1 - info.outHeight - top
  const right = info.inWidth + info.filterWidth - 1 - info.outWidth - left
  if (!isUnitStride(info) || Math.min(top, left, bottom, right) < 0) return undefined
  return [top, left, bottom, right]
}

/** Attributes of Conv for the convolution itself. */
export function forwardAttributes(info: ConvInfo, group: number) {
  const { top, left, bottom, right } = info.padInfo
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
    group,
  }
}

/**
 * Attributes of the ConvTranspose that gives dL/dx. The crop at the end absorbs the remainder that the forward
 * convolution left over; what it cannot absorb is output padding. Undefined where that would reach the stride.
 */
export function transposedAttributes(info: ConvInfo, group: number) {
  const { bottom, right } = endPads(info)
  if (-bottom >= info.strideHeight || -right >= info.strideWidth) return undefined
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [info.padInfo.top, info.padInfo.left, Math.max(bottom, 0), Math.max(right, 0)],
    output_padding: [Math.max(-bottom, 0), Math.max(-right, 0)],
    group,
  }
}
