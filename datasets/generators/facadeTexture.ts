import type { Stream } from "@saddlepoint/engine/random"
import { facadeClasses } from "./facadeLayout.ts"

/**
 * A pattern without mean or colour: a value for each pixel, of variance near 1 over a large area. Lengths in the
 * patterns below are pixels at an image side of 64 or less, and grow with the side above it.
 */
type Pattern = (column: number, row: number) => number

/** Standard deviation of a pattern that is 1 on a share of the pixels and 0 elsewhere. */
const deviation = (share: number): number => Math.sqrt(share * (1 - share))

/** Standard deviation of `clouds`' noise: uniform corners (1/3), smoothly interpolated along both axes (26/35 each). */
const cloudDeviation = (26 / 35) * Math.sqrt(1 / 3)

function stripes(period: number, filled: number, along: (column: number, row: number) => number): Pattern {
  const scale = 1 / deviation(filled / period)
  return (column, row) => (along(column, row) % period < filled ? scale : 0)
}

function bricks(width: number, height: number, mortar: number): Pattern {
  const scale = 1 / deviation(((width - mortar) * (height - mortar)) / (width * height))
  return (column, row) => {
    if (row % height < mortar) return 0
    const shift = Math.floor(row / height) % 2 === 0 ? 0 : width >> 1
    return (column + shift) % width < mortar ? 0 : scale
  }
}

function checks(side: number): Pattern {
  return (column, row) => ((Math.floor(column / side) + Math.floor(row / side)) % 2 === 0 ? 2 : 0)
}

function dots(side: number): Pattern {
  const scale = 1 / deviation(1 / 4)
  return (column, row) => {
    const shift = Math.floor(row / (2 * side)) % 2 === 0 ? 0 : side
    return row % (2 * side) < side && (column + shift) % (2 * side) < side ? scale : 0
  }
}

/** Smooth value noise (lattice of uniform values, smoothstep between them). */
function clouds(source: Stream, cell: number, extent: number): Pattern {
  const stride = Math.ceil(extent / cell) + 2
  const lattice = source.fillUniform(new Float32Array(stride * stride))
  const ease = (share: number): number => share * share * (3 - 2 * share)
  return (column, row) => {
    const left = Math.floor(column / cell)
    const top = Math.floor(row / cell)
    const across = ease((column + 0.5) / cell - left)
    const down = ease((row + 0.5) / cell - top)
    const at = top * stride + left
    const upper = lattice[at]! + (lattice[at + 1]! - lattice[at]!) * across
    const lower = lattice[at + stride]! + (lattice[at + stride + 1]! - lattice[at + stride]!) * across
    return (2 * (upper + (lower - upper) * down)) / cloudDeviation
  }
}

/** The pattern of each class, in the order of `facadeClasses`. Each is told apart by orientation, period or form. */
function patterns(source: Stream, size: number): readonly Pattern[] {
  const unit = (pixels: number): number => Math.max(pixels, Math.round((pixels * size) / 64))
  const line = unit(1)
  const byClass: Record<(typeof facadeClasses)[number], Pattern> = {
    sky: clouds(source, unit(6), size),
    wall: bricks(8 * line, 4 * line, line),
    window: checks(unit(2)),
    door: stripes(4 * line, 2 * line, (column) => column),
    balcony: stripes(3 * line, line, (column) => column),
    shop: stripes(6 * line, 3 * line, (column, row) => column + row),
    roof: dots(unit(2)),
    cornice: stripes(2 * line, line, (_, row) => row),
  }
  return facadeClasses.map((name) => byClass[name])
}

/** Share of a texture's variance that is grain, the same in every class. */
const grainShare = 0.1

/**
 * Draws the texture of every pixel of a label map. Phase, polarity and contrast are latents of the image and class:
 * drawn alike for every class and not told by the label map. Over the pixels of each class the texture sums to zero,
 * so classes cannot be told apart by their mean.
 *
 * @param labels `[size, size]`, as from `facadeLayout`
 * @returns float32 `[size, size]`, relative to a base colour; mean 0 and, over a large area, standard deviation
 * between 0.19 and 0.27 in each class
 */
export function facadeTexture(source: Stream, labels: Uint8Array, size: number): Float32Array {
  const classes = patterns(source, size).map((pattern) => ({
    pattern,
    column: source.integer(96),
    row: source.integer(96),
    contrast: (source.integer(2) === 0 ? -1 : 1) * (0.19 + 0.08 * source.uniform()),
    sum: 0,
    pixels: 0,
  }))
  // Clouds are a lattice as large as the image and random already, so they take no phase.
  classes[0]!.column = 0
  classes[0]!.row = 0

  const patternWeight = Math.sqrt(1 - grainShare)
  const grainWeight = Math.sqrt(grainShare * 12)
  const texture = source.fillUniform(new Float32Array(size * size))
  for (let row = 0, pixel = 0; row < size; row++) {
    for (let column = 0; column < size; column++, pixel++) {
      const of = classes[labels[pixel]!]!
      const pattern = of.pattern(column + of.column, row + of.row)
      const value = of.contrast * (patternWeight * pattern + grainWeight * texture[pixel]!)
      texture[pixel] = value
      of.sum += value
      of.pixels++
    }
  }
  for (let pixel = 0; pixel < texture.length; pixel++) {
    const of = classes[labels[pixel]!]!
    texture[pixel] = texture[pixel]! - of.sum / of.pixels
  }
  return texture
}
