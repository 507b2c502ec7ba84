import type { Split, SplitName } from "@saddlepoint/core/contracts/dataset"
import { type Options, use } from "@saddlepoint/core/contracts/plugin"
import { stream } from "@saddlepoint/engine/random"
import { type DatasetUse, labelledPairs } from "./formats/fields.ts"
import { keptExamples } from "./formats/keptExamples.ts"
import { wholeOption } from "./formats/options.ts"
import { type PairBytes, pairFields, readPairs } from "./formats/pairBytes.ts"
import { facadeClasses, facadeLayout } from "./generators/facadeLayout.ts"
import { facadeTexture } from "./generators/facadeTexture.ts"
import { type GeneratedOptions, generatedSet } from "./generators/generatedSet.ts"

export interface FacadesOptions extends GeneratedOptions {
  /** Side of the square images in pixels, 16 to 256. */
  readonly size: number
}

/**
 * Colours of the classes in `input`, as bytes, in the order of `facadeClasses`: the corners of the RGB cube, so that
 * any two classes are far apart.
 */
export const facadePalette: readonly (readonly [number, number, number])[] = [
  [0, 0, 255], // sky
  [255, 255, 0], // wall
  [0, 255, 255], // window
  [255, 0, 0], // door
  [255, 0, 255], // balcony
  [0, 255, 0], // shop
  [0, 0, 0], // roof
  [255, 255, 255], // cornice
]

/**
 * Generated facades: a label map and a rendered photo of it.
 *
 * The classes share one mean-colour distribution and differ in texture only, so that an image which is right on average
 * (each class painted flat) shows nothing of its classes. Palette, contrast, phase and light are latents of each image
 * that the label map does not hold, so that no answer is the single right one.
 *
 * Fields: `input` the label map in the colours of `facadePalette`, `target` the photo, both float32
 * `[size, size, 3]` in [-1, 1]; `labels` int32 `[size, size]` in [0, 8). No layout is in two splits. An example is a
 * pure function of (options, split, index).
 */
export const facadesPlugin = generatedSet<FacadesOptions>({
  name: "facades",
  version: 1,
  fields: labelledPairs,
  classes: facadeClasses,
  options: { size: wholeOption(16, 256, 64) },
  counts: { train: 400, validation: 64, test: 320 },
  identity: ({ size, train, validation, test, seed }) => [size, train, validation, test, seed],
  split,
})

/** Chooses the generated facades; every option may be left out. */
export function facades(
  options: Partial<Options<FacadesOptions>> = {},
): DatasetUse<typeof labelledPairs, true> {
  return use(facadesPlugin, { ...options })
}

function split(options: FacadesOptions, name: SplitName): Split {
  const { size } = options
  // Two RGB images and a label map.
  const example = keptExamples(7 * size * size, (index) => renderFacade(options, name, index))
  return {
    size: options[name],
    fields: pairFields(size, facadeClasses.length),
    read: async (indices) => readPairs(indices, options[name], size, example),
  }
}

/** One example as bytes. */
export function renderFacade(
  options: Pick<FacadesOptions, "size" | "seed">,
  split: SplitName,
  index: number,
): PairBytes {
  const { size, seed } = options
  const labels = layoutOf(split, stream(seed, "facades", "layout", split, index), size)
  const texture = facadeTexture(stream(seed, "facades", "texture", split, index), labels, size)
  const source = stream(seed, "facades", "light", split, index)
  const between = (low: number, high: number): number => low + (high - low) * source.uniform()

  // In shares of full intensity. The bounds keep texture and light together inside [0, 1], so that nothing clips.
  const base = [between(0.26, 0.54), between(0.26, 0.54), between(0.26, 0.54)]
  const modulation = [between(0.85, 1.1), between(0.85, 1.1), between(0.85, 1.1)]
  const tint = [between(0.92, 1), between(0.92, 1), between(0.92, 1)]
  const strength = between(0, 0.14)
  const angle = between(0, 2 * Math.PI)
  const reach = Math.abs(Math.cos(angle)) + Math.abs(Math.sin(angle))
  const across = (strength * Math.cos(angle)) / reach
  const down = (strength * Math.sin(angle)) / reach

  const input = new Uint8Array(3 * size * size)
  const target = new Uint8Array(3 * size * size)
  for (let row = 0, pixel = 0; row < size; row++) {
    const byRow = 1 + down * ((2 * row + 1) / size - 1)
    for (let column = 0; column < size; column++, pixel++) {
      const light = byRow + across * ((2 * column + 1) / size - 1)
      const colour = facadePalette[labels[pixel]!]!
      for (let channel = 0; channel < 3; channel++) {
        const unlit = base[channel]! * (1 + modulation[channel]! * texture[pixel]!)
        const lit = Math.round(255 * unlit * light * tint[channel]!)
        input[3 * pixel + channel] = colour[channel]!
        target[3 * pixel + channel] = lit < 0 ? 0 : lit > 255 ? 255 : lit
      }
    }
  }
  return { input, target, labels }
}

/**
 * Draws layouts until one falls to the split. Every label map belongs to one split by its own hash, so that splits
 * share none, whatever is drawn.
 */
function layoutOf(split: SplitName, source: ReturnType<typeof stream>, size: number): Uint8Array {
  for (;;) {
    const labels = facadeLayout(source, size)
    const share = fnv1a(labels) % 8
    if (split === (share < 4 ? "train" : share < 7 ? "test" : "validation")) return labels
  }
}

/** 32-bit hash (Fowler, Noll and Vo; variant 1a). */
function fnv1a(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
