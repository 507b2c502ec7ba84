/** In which range images hold their values; never guessed. */
export type ImageRange = "0..255" | "0..1" | "-1..1"

/** Images as users have them. */
export interface Images {
  /** `[images, height, width, 3]`, row-major. Bytes are of the range `0..255`. */
  readonly values: Uint8Array | Float32Array
  readonly shape: readonly [number, number, number, number]
  readonly range: ImageRange
}

/**
 * How values become bytes before they are resized: `rounded` to the nearest (halves up, as `save_image` of torchvision
 * does), `truncated` (as torchmetrics does with `normalize=True`), or not at all. Bytes are bytes already.
 */
export type Quantisation = "rounded" | "truncated" | "none"

/** How far values may leave their range, in parts of it, before that is a mistake rather than rounding. */
const slack = 1e-4

/** Lower end and length of every range. */
const spans = { "0..255": [0, 255], "0..1": [0, 1], "-1..1": [-1, 2] } as const

/** Throws one sentence unless the images have the shape and the range that they claim to have. */
export function requireImages({ values, shape, range }: Images): void {
  const [count, height, width, channels] = shape
  if (shape.length !== 4 || channels !== 3 || count * height * width * channels !== values.length) {
    throw new RangeError(
      `Expected images [images, height, width, 3], but got ${values.length} numbers for the shape [${shape.join(", ")}]; ` +
        "repeat a grey image's channel three times, and leave alpha out.",
    )
  }
  if (!(range in spans)) {
    throw new RangeError(
      `Expected a range out of ${Object.keys(spans).join(", ")} for images, but got "${range}".`,
    )
  }
  if (values instanceof Uint8Array && range !== "0..255") {
    throw new RangeError(`Expected bytes to be of the range 0..255, but got "${range}"; say 0..255.`)
  }
}

/**
 * Brings values to 0..255, in float32 as the reference packages do, and makes bytes of them where asked to.
 * @throws one sentence when a value is not finite or lies outside its range
 */
export function inBytes(
  values: Uint8Array | Float32Array,
  range: ImageRange,
  quantisation: Quantisation,
): Uint8Array | Float32Array {
  if (values instanceof Uint8Array) return values
  const [low, length] = spans[range]
  const scale = 255 / length
  const scaled = quantisation === "none" ? new Float32Array(values.length) : new Uint8Array(values.length)
  const half = quantisation === "rounded" ? 0.5 : 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(value >= low - slack * length && value <= low + length + slack * length)) {
      throw new RangeError(
        `Expected finite values in ${range} for images, but number ${i} is ${value}; say the range that they have.`,
      )
    }
    const moved = Math.min(Math.max(Math.fround(Math.fround(value - low) * scale), 0), 255)
    scaled[i] = quantisation === "none" ? moved : Math.floor(moved + half)
  }
  return scaled
}
