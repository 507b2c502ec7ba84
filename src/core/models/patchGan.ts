import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Fields } from "../contracts/field.ts"
import type { Mistake } from "../contracts/mistake.ts"
import type { Model } from "../contracts/player.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"
import { Convolution } from "../layers/convolution.ts"
import {
  convolutionalStart,
  convolutionConnections,
  type Initialisation,
  initialisationOption,
} from "../layers/initialisation.ts"
import {
  type KernelWeights,
  mistakesOfWeights,
  weightedStart,
  weightsOption,
} from "../layers/kernelWeights.ts"
import { type Norm, Normalisation, norms, type Statistics } from "../layers/normalisation.ts"
import { seededNormal } from "../layers/seededInitialiser.ts"
import type { ConvolutionRow } from "./convolutionTable.ts"
import { fieldText, imageShape } from "./imageShape.ts"
import { type LayersPlayer, layersPlayer } from "./layersPlayer.ts"
import { outputSide, patchLayers } from "./receptiveField.ts"

/** Receptive fields that a PatchGAN can have, in pixels. */
export const receptiveFields = [1, 4, 7, 16, 34, 70, 142, 286, 574] as const

export interface PatchGanOptions<Conditional extends boolean = boolean> {
  /** Side in pixels of what one score sees: 1, 4, 7, 16, 34, 70, 142, 286 or 574; 70 by default. */
  readonly receptiveField: number
  /** Channels of the first convolution; 64 by default, as in the reference. */
  readonly width: number
  /** `none` by default; batch and instance statistics let every score see the whole image. */
  readonly norm: Norm
  /** Whose statistics batch normalisation uses at test time; `batch` by default. */
  readonly statistics: Statistics
  /** Whether it sees the condition beside the image; true by default. */
  readonly conditional: Conditional
  /**
   * How kernels start; `auto` (the default) is N(0, 0.02) as in the reference where there is a norm, `he` where there is none: a
   * discriminator without norm hears next to nothing from N(0, 0.02).
   */
  readonly initialisation: Initialisation | "auto"
  /** What its layers make of their kernels, e.g. `spectral` (Miyato et al. 2018); `plain` where left out. See `KernelWeights`. */
  readonly weights?: KernelWeights
}

const defaults: PatchGanOptions = {
  receptiveField: 70,
  width: 64,
  norm: "none",
  statistics: "batch",
  conditional: true,
  initialisation: "auto",
}

/** Slope of the leaky ReLU below 0 (Isola et al. 2017, appendix 6.1). */
const slope = 0.2

const positive = Schema.Int.check(Schema.isGreaterThan(0))

export const patchGanPlugin: Plugin<"model", Model> = {
  kind: "model",
  name: "patchGan",
  version: 2,
  options: {
    receptiveField: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.receptiveField))),
    width: positive.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.width))),
    norm: Schema.Literals(norms).pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.norm))),
    statistics: Schema.Literals(["batch", "moving"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(defaults.statistics)),
    ),
    conditional: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(defaults.conditional))),
    initialisation: initialisationOption,
    weights: weightsOption,
  },
  check(options: PatchGanOptions): Mistake[] {
    const { receptiveField } = options
    if (receptiveFields.some((known) => known === receptiveField)) return mistakesOfWeights(options)
    const message = `expected a receptive field out of ${receptiveFields.join(", ")}, but got ${receptiveField}`
    return [{ path: ["receptiveField"], message }, ...mistakesOfWeights(options)]
  },
  build: makePatchGan,
}

/**
 * The PatchGAN discriminator (Isola et al. 2017, section 3.2 and appendix 6.1.2): one score (a logit) per patch,
 * from `condition` and `image` `[batch, h, w, c]` to `scores` `[batch, h', w', 1]`, float32; the unconditional one looks at
 * the image only.
 *
 * From receptive field 16 on: n 4x4 convolutions of stride 2 and two of stride 1, padding 1, leaky ReLU 0.2 between
 * them, `width * min(2^i, 8)` channels, norm on all but the first and the last; `9 * 2^n - 2` pixels.
 * 1 is the PixelGAN, three 1x1 convolutions. For small images there are 7, two 4x4 convolutions of stride 1, and 4,
 * one 4x4 convolution and a 1x1 one after it: a lone convolution would be a linear critic, and 1x1 sees no more.
 *
 * Without norm by default: batch and instance statistics are taken over the whole image, so that each score depends
 * on all of it and the receptive field means nothing. The reference has batch norm.
 */
export function patchGan<const Conditional extends boolean = true>(
  options: Partial<Options<PatchGanOptions<Conditional>>> = {},
): Use<"model", { readonly part: "discriminator"; readonly conditional: Conditional }> {
  return use(patchGanPlugin, options)
}

/** The discriminator that sees single pixels: `patchGan` with receptive field 1. */
export function pixelGan<const Conditional extends boolean = true>(
  options: Partial<Options<Omit<PatchGanOptions<Conditional>, "receptiveField">>> = {},
): Use<"model", { readonly part: "discriminator"; readonly conditional: Conditional }> {
  return use(patchGanPlugin, { ...options, receptiveField: 1 })
}

/** The layer table. Throws a `RangeError` for a receptive field that is not in `receptiveFields`. */
export function patchGanTable(
  { receptiveField, width }: Pick<PatchGanOptions, "receptiveField" | "width">,
  inputs: number,
): ConvolutionRow[] {
  const stack = stackOf(receptiveField, width)
  return stack.map(([kernel, stride, channels], index) => ({
    name: `conv${index + 1}`,
    kernel,
    stride,
    padding: kernel === 1 ? 0 : 1,
    inputs: index === 0 ? inputs : stack[index - 1]![2],
    channels,
    normalised: index > 0 && index < stack.length - 1,
  }))
}

type KernelStrideChannels = readonly [kernel: number, stride: number, channels: number]

function stackOf(receptiveField: number, width: number): readonly KernelStrideChannels[] {
  if (receptiveField === 1)
    return [
      [1, 1, width],
      [1, 1, 2 * width],
      [1, 1, 1],
    ]
  if (receptiveField === 4)
    return [
      [4, 1, width],
      [1, 1, 1],
    ]
  if (receptiveField === 7)
    return [
      [4, 1, width],
      [4, 1, 1],
    ]
  const layers = patchLayers(receptiveField)
  if (layers === undefined) {
    throw new RangeError(
      `Expected a receptive field out of ${receptiveFields.join(", ")}, but got ${receptiveField}.`,
    )
  }
  const channels = (index: number) => width * Math.min(2 ** index, 8)
  const halving = Array.from({ length: layers }, (_, index) => [4, 2, channels(index)] as const)
  return [...halving, [4, 1, channels(layers)], [4, 1, 1]]
}

/** Builds the model behind `patchGan`, for other plug-ins. */
export function makePatchGan(chosen: Partial<PatchGanOptions> = {}): Model {
  const options = { ...defaults, ...chosen }
  return {
    part: "discriminator",
    takes: options.conditional ? { condition: "always", image: "always" } : { image: "always" },
    gives: ["scores"],
    player: (name, { inputs }, seed) => patchGanPlayer(options, name, inputs, seed),
    refuses: ({ inputs }) => refusals(options, inputs),
    shapes({ inputs }) {
      const [height, width] = imageShape(inputs.image)!
      const rows = patchGanTable(options, 1)
      return { scores: [outputSide(rows, height), outputSide(rows, width), 1] }
    },
  }
}

function refusals(options: PatchGanOptions, fields: Fields): readonly string[] {
  const seen = options.conditional ? ["condition", "image"] : ["image"]
  const wrong = seen.find((name) => imageShape(fields[name]) === undefined)
  if (wrong !== undefined) {
    return [
      `Expected images [height, width, channels] for the PatchGAN, but got ${fieldText(fields[wrong])} as ${wrong}; ` +
        "choose another dataset or model.",
    ]
  }
  const [height, width] = imageShape(fields.image)!
  const condition = options.conditional ? imageShape(fields.condition)! : [height, width]
  const reasons: string[] = []
  if (condition[0] !== height || condition[1] !== width) {
    reasons.push(
      `Expected a condition of the image's size for the PatchGAN, but got ${condition[0]}x${condition[1]} for an image of ` +
        `${height}x${width}; use \`conditional: false\` or other images.`,
    )
  }
  const rows = patchGanTable(options, 1)
  if (Math.min(outputSide(rows, height), outputSide(rows, width)) < 1) {
    const largest = receptiveFields.findLast(
      (field) =>
        outputSide(patchGanTable({ ...options, receptiveField: field }, 1), Math.min(height, width)) >= 1,
    )
    reasons.push(
      `Expected an image large enough for one patch of receptive field ${options.receptiveField}, but got ` +
        `${height}x${width}; use at most receptive field ${largest} or larger images.`,
    )
  }
  return reasons
}

function patchGanPlayer(options: PatchGanOptions, name: string, fields: Fields, seed: number): LayersPlayer {
  const { norm, statistics, weights = "plain" } = options
  const initialisation = convolutionalStart(options.initialisation, norm)
  const ends = options.conditional ? ["condition", "image"] : ["image"]
  const inputs = Object.fromEntries(
    ends.map((end) => [end, tf.input({ shape: [...fields[end]!.shape], name: end })]),
  )
  const address = (variable: string) => ({ seed, player: name, variable })

  let x = inputs.image!
  if (options.conditional) {
    // The condition's channels come first.
    const pair = tf.layers.concatenate({ name: "pair", axis: -1 })
    x = pair.apply(Object.values(inputs)) as tf.SymbolicTensor
  }
  const rows = patchGanTable(options, x.shape.at(-1)!)
  for (const [index, row] of rows.entries()) {
    const { kernel, stride, padding, channels } = row
    const last = index === rows.length - 1
    const connections = convolutionConnections(kernel, row.inputs, channels)
    const start = weightedStart(
      address(row.name),
      weights,
      initialisation,
      last ? connections : { ...connections, slope },
    )
    const convolution = new Convolution({ name: row.name, channels, kernel, stride, padding, ...start })
    x = convolution.apply(x) as tf.SymbolicTensor
    if (row.normalised && norm !== "none") {
      const layer = `${row.name}/norm`
      const scale = seededNormal(address(`${layer}/gamma`), 1)
      x = new Normalisation({ name: layer, norm, statistics, initialiser: scale }).apply(
        x,
      ) as tf.SymbolicTensor
    }
    if (!last) {
      x = tf.layers.leakyReLU({ name: `${row.name}/activation`, alpha: slope }).apply(x) as tf.SymbolicTensor
    }
  }
  return layersPlayer({ name, inputs, outputs: { scores: x } })
}
