import fc from "fast-check"

/** Multiples of `1 / parts` from `-most` to `most`; 0 is the simplest. */
const grid = (parts: number, most: number): fc.Arbitrary<number> =>
  fc.integer({ min: -parts * most, max: parts * most }).map((value) => value / parts)

/** Values of images: the ends are often drawn, so that differences of 2 are met. */
export const pixels = grid(8, 1)

/** Scores and logits, as undecided and as sure opponents give them: near 0 in quarters, and whole numbers up to 20 either way. */
export const scores = fc.oneof({ withCrossShrink: true }, grid(4, 4), grid(1, 20))

/** Features and other values that networks give. */
export const features = fc.oneof({ withCrossShrink: true }, grid(4, 4), grid(1, 8))

/** Parameters of a small critic: often 0, where a gradient penalty has its kink. */
export const weights = grid(4, 1)

/** Sizes up to `most`, in powers that are far from what a loss usually meets. */
export const extremes = (most: number): fc.Arbitrary<number> =>
  fc.constantFrom(...[0, 1, -1, 20, -20, 100, -100, 1e4, -1e4].filter((value) => Math.abs(value) <= most))

/** A short list that is repeated to fill a tensor. */
export const list = (values: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(values, { minLength: 1, maxLength: 8 })

/** Numbers from `least` to `least + more`; `least` is the simplest. */
export const sizes = (least: number, more = 2): fc.Arbitrary<number> =>
  fc.integer({ min: least, max: least + more })

/** A shape whose sides are drawn one by one, so that height and width differ. */
export const shapeOf = (...sides: readonly fc.Arbitrary<number>[]): fc.Arbitrary<number[]> =>
  fc.tuple(...sides).map((shape) => [...shape])
