import { type Images, inBytes, type Quantisation, requireImages } from "./images.ts"
import { type Resizer, resizing } from "./resizer.ts"
import { resizers } from "./resizers.ts"

/** What happens to images before a network sees them. Two values of a metric with unlike chains do not compare. */
export interface Chain {
  readonly name: string
  readonly quantisation: Quantisation
  /** Undefined: images are taken at their own size. */
  readonly resize: { readonly resizer: Resizer; readonly side: number } | undefined
  readonly normalisation: Normalisation
}

/** `(x - subtract) / divide` for x in 0..255, by channel. */
export interface Normalisation {
  readonly name: string
  readonly subtract: readonly [number, number, number]
  readonly divide: readonly [number, number, number]
}

const uniform = (name: string, subtract: number, divide: number): Normalisation => ({
  name,
  subtract: [subtract, subtract, subtract],
  divide: [divide, divide, divide],
})

/** Of the 2015 graph: 255 becomes 0.9921875, not 1. */
const by128 = uniform("(x - 128) / 128", 128, 128)
/** 0 becomes -1 and 255 becomes 1. */
const bySpan = uniform("2 x / 255 - 1", 127.5, 127.5)

/** Means and standard deviations of ImageNet's channels, as torchvision's models take them. */
export const byImageNet: Normalisation = {
  name: "(x / 255 - ImageNet's mean) / its standard deviation",
  subtract: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  divide: [0.229 * 255, 0.224 * 255, 0.225 * 255],
}

function chain(
  name: string,
  quantisation: Quantisation,
  resizer: string,
  side: number,
  normalisation: Normalisation,
): Chain {
  return { name, quantisation, resize: { resizer: resizers[resizer]!, side }, normalisation }
}

const all = [
  chain("torch-fidelity", "rounded", "tf1_align_corners_false", 299, by128),
  chain("pytorch-fid", "rounded", "torch_bilinear_halfpixel", 299, bySpan),
  chain("clean-fid", "rounded", "pil_float_bicubic_clip", 299, by128),
  chain("clean-fid_legacy_pytorch", "rounded", "torch_bilinear_halfpixel", 299, by128),
  // The graph resizes by itself there.
  chain("clean-fid_legacy_tensorflow", "rounded", "tf1_align_corners_false", 299, by128),
  // Since 1.8.0, and what KID, IS and MiFID always use.
  chain("torchmetrics_antialias", "truncated", "torch_bilinear_antialias", 299, by128),
  // FID with antialias=False.
  chain("torchmetrics_no_antialias", "truncated", "tf1_align_corners_false", 299, by128),
  chain("studiogan_legacy", "rounded", "torch_bilinear_halfpixel", 299, bySpan),
  chain("studiogan_clean", "rounded", "pil_float_bicubic", 299, bySpan),
  // With the backbone InceptionV3_tf.
  chain("studiogan_friendly", "rounded", "pil_float_bilinear_clip", 299, bySpan),
  // For precision and recall on the features fc2 of VGG16.
  chain("torch-fidelity_vgg16", "rounded", "tf1_align_corners_false", 224, byImageNet),
]

/** The chains of the reference packages, by name. */
export const chains: Readonly<Record<string, Chain>> = Object.fromEntries(all.map((one) => [one.name, one]))

/** @throws one sentence when there is no chain of that name */
export function chainNamed(name: string): Chain {
  const found = Object.hasOwn(chains, name) ? chains[name] : undefined
  if (found === undefined) {
    throw new Error(
      `Expected a pre-processing chain out of ${Object.keys(chains).join(", ")}, but got "${name}"; use one of these, or describe your own.`,
    )
  }
  return found
}

/** A chain in one line, without its name: equal lines are equal computations. Part of a metric's identity. */
export function describeChain({ quantisation, resize, normalisation }: Chain): string {
  const bytes = quantisation === "none" ? "not quantised" : `bytes ${quantisation}`
  const size = resize === undefined ? "own size" : `${resize.resizer.name} to ${resize.side}x${resize.side}`
  return `${bytes}; ${size}; ${normalisation.name}`
}

/**
 * Takes images through a chain.
 * @returns float32 `[images, side, side, 3]`, for a network
 */
export function preprocessed(
  images: Images,
  { quantisation, resize, normalisation }: Chain,
): { readonly values: Float32Array; readonly shape: [number, number, number, number] } {
  requireImages(images)
  const [count, height, width] = images.shape
  const bytes = inBytes(images.values, images.range, quantisation)
  const side = resize?.side
  const values =
    resize === undefined
      ? Float32Array.from(bytes)
      : resizing(resize.resizer, [height, width], [resize.side, resize.side], 3)(bytes)
  normalise(values, normalisation)
  return { values, shape: [count, side ?? height, side ?? width, 3] }
}

function normalise(values: Float32Array, { subtract, divide }: Normalisation): void {
  for (let channel = 0; channel < 3; channel++) {
    const [less, by] = [subtract[channel]!, divide[channel]!]
    for (let i = channel; i < values.length; i += 3) values[i] = (values[i]! - less) / by
  }
}
