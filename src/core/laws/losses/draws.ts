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

/** A multiple of `1 / parts` from `-most` to `most`, from a share of [0, 1): a value beyond the list of an input. */
export const evenly =
  (parts: number, most: number) =>
  (share: number): number =>
    Math.floor(share * (2 * parts * most + 1)) / parts - most

/** Seeds of what stands beyond the lists; 0, the simplest, repeats them. */
export const spreads: fc.Arbitrary<number[]> = fc
  .oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(0), weight: 1 },
    { arbitrary: fc.integer({ min: 1, max: 999 }), weight: 1 },
  )
  .map((seed) => [seed])

/** A short list that begins what fills a tensor. */
export const list = (values: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(values, { minLength: 1, maxLength: 8 })

/** Numbers from `least`, the simplest, to `most`: as often one of the least as any, so that many cases are cheap. */
export const sizes = (least: number, most: number): fc.Arbitrary<number> =>
  fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.integer({ min: least, max: Math.min(least + 2, most) }), weight: 1 },
    { arbitrary: fc.integer({ min: least, max: most }), weight: 1 },
  )

/** Batches of `least` examples to 9. */
export const batches = (least: number): fc.Arbitrary<number> => sizes(least, Math.max(least, 9))

/** Sides of images from the least to 17, or a little more where the least is as large. */
export const sides = (least = 1): fc.Arbitrary<number> => sizes(least, Math.max(least + 2, 17))

/** How often an axis is repeated: mostly twice, or nothing would be. */
export const repeats: fc.Arbitrary<number> = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.constant(2), weight: 3 },
  { arbitrary: fc.constant(1), weight: 1 },
)

/** Channels of images. */
export const channels: fc.Arbitrary<number> = sizes(1, 8)

/** A shape whose sides are drawn one by one, so that height and width differ. */
export const shapeOf = (...sides: readonly fc.Arbitrary<number>[]): fc.Arbitrary<number[]> =>
  fc.tuple(...sides).map((shape) => [...shape])
