import type { Norm } from "../layers/normalisation.ts"
import type { Window } from "./receptiveField.ts"

/** One row of a convolutional network's layer table: a convolution with bias, and whether a norm follows it. */
export interface ConvolutionRow extends Window {
  /** Name of the layer; variables are `<name>/kernel`, `<name>/bias`, `<name>/norm/gamma`, ... */
  readonly name: string
  readonly inputs: number
  readonly channels: number
  readonly normalised: boolean
}

/**
 * Trainable parameters of a table, without making them. Every convolution has a bias, and every norm one gamma and
 * one beta per channel: the convention of the counts published for pix2pix.
 */
export function parameterCount(rows: readonly ConvolutionRow[], norm: Norm): number {
  return rows.reduce((total, { kernel, inputs, channels, normalised }) => {
    const affine = normalised && norm !== "none" ? 2 * channels : 0
    return total + kernel * kernel * inputs * channels + channels + affine
  }, 0)
}
