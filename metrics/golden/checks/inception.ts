import type { Weights } from "@saddlepoint/core/play/weights"
import type { FeatureNetwork, TapValues } from "../../networks/featureNetwork.ts"
import { fnv1a, formulaBits, formulaImage, formulaWeights } from "../../networks/formulaWeights.ts"
import { inceptionLayers } from "../../networks/inceptionV3.ts"
import { type Parameter, parametersOf, tapsOf } from "../../networks/layers.ts"
import { openInception } from "../../networks/openInception.ts"
import { chains } from "../../resize/chains.ts"
import type { Images } from "../../resize/images.ts"
import {
  type ArrayFile,
  absolute,
  type GoldenCase,
  type GoldenCheck,
  type GoldenFolder,
  largestDifference,
  relative,
} from "../goldenFolder.ts"
import { type EndToEnd, inceptionEndToEnd } from "../inceptionEndToEnd.ts"
import { pixelsOf } from "../planes.ts"

interface ImageEntry {
  readonly name: string
  /** `image:<name that is hashed>` */
  readonly generator_name: string
  readonly input_uint8: ArrayFile
  readonly first8: readonly number[]
}

interface Stage {
  readonly shape: readonly number[]
  readonly mean: number
  readonly rms: number
  readonly first: number
  readonly last: number
}

interface ChainEntry {
  readonly features: Readonly<Record<string, ArrayFile>>
  readonly rms?: Readonly<Record<string, number>>
  readonly tap_means?: Readonly<Record<string, number>>
  readonly first4_2048?: readonly number[]
  /** Largest difference to the features of the chain named behind `to_`. */
  readonly [difference: `max_abs_diff_to_${string}`]: Readonly<Record<string, number>>
}

interface Topic {
  readonly weight_seed: number
  readonly images: readonly ImageEntry[]
  readonly expected: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly check_values: Readonly<
    Record<string, { readonly first4: readonly number[]; readonly sum: number; readonly sumsq: number }>
  >
  readonly hash_check: Readonly<Record<string, number | readonly number[]>>
  readonly end_to_end: EndToEnd
  readonly tolerances: { readonly float32_max_abs_any_tap: number }
}

/** Sums of millions of numbers in another order; the file gives no tolerance for them. */
const summing = 1e-9

/**
 * The FID network with formula weights: every image, chain, tap and stage, and from images to distances. Two records of
 * what others compute are no targets: `max_abs_diff_float32_inside` (float32 in PyTorch), and the table of wrong variants.
 */
export const inception: GoldenCheck = async (folder) => {
  const topic = (await folder.topic("inception")) as Topic
  const weights = formulaWeights(parametersOf(inceptionLayers), topic.weight_seed)
  const network = await openInception(weights)
  try {
    return [
      ...(await checkStateDict(folder)),
      ...checkFormula(topic, weights),
      ...(await checkImages(folder, topic, network)),
      ...(await inceptionEndToEnd(
        topic.end_to_end,
        topic.weight_seed,
        network,
        topic.tolerances.float32_max_abs_any_tap,
      )),
    ]
  } finally {
    network.dispose()
  }
}

/** Names and shapes of the checkpoint; optional tensors are not needed. */
async function checkStateDict(folder: GoldenFolder): Promise<GoldenCase[]> {
  const { tensors, required_tensors, required_numbers } = await folder.topic("inception_state_dict")
  const words = ({ name, shape }: Parameter) => `${name} [${shape.join()}]`
  const own = parametersOf(inceptionLayers)
  const needed = (tensors as { key: string; shape: number[]; optional: boolean }[])
    .filter(({ optional }) => !optional)
    .map(({ key, shape }) => words({ name: key, shape }))
  const known = new Set(own.map(words))
  const numbers = own.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0)
  return [
    absolute(
      "inception/state dict/unlike tensors",
      needed.filter((tensor) => !known.has(tensor)).length,
      0,
      0,
    ),
    absolute("inception/state dict/tensors", own.length, required_tensors, 0),
    absolute("inception/state dict/numbers", numbers, required_numbers, 0),
  ]
}

function checkFormula({ check_values, hash_check, weight_seed }: Topic, weights: Weights): GoldenCase[] {
  const hashes = Object.entries(hash_check).map(([key, value]) => {
    const text = /^fnv1a_of_(.+)$/.exec(key)
    if (text !== null) return absolute(`inception/${key}`, fnv1a(text[1]!), value as number, 0)
    const layer = /^hash_u32_(.+)_first\d+$/.exec(key)?.[1]
    const name = Object.keys(weights).find((tensor) => layer !== undefined && tensor.startsWith(layer)) ?? key
    const wanted = value as readonly number[]
    const error = largestDifference(formulaBits(name, weight_seed, wanted.length), wanted)
    return { case: `inception/${key}`, error, tolerance: 0 }
  })
  const values = Object.entries(check_values).flatMap(([name, { first4, sum, sumsq }]) => {
    const tensor = weights[name]?.values ?? new Float32Array()
    const first = largestDifference(tensor.subarray(0, first4.length), first4)
    let [total, squares] = [0, 0]
    for (const value of tensor) {
      total += value
      squares += value * value
    }
    return [
      { case: `inception/${name}/first`, error: first, tolerance: 0 },
      absolute(`inception/${name}/sum`, total, sum, summing),
      relative(`inception/${name}/sum of squares`, squares, sumsq, summing),
    ]
  })
  return [...hashes, ...values]
}

async function checkImages(
  folder: GoldenFolder,
  { images, expected, weight_seed, tolerances }: Topic,
  network: FeatureNetwork,
): Promise<GoldenCase[]> {
  const checked: GoldenCase[] = []
  for (const { name, generator_name, input_uint8, first8 } of images) {
    const planes = await folder.array(input_uint8)
    const [channels, height, width] = planes.shape as [number, number, number]
    const values = pixelsOf(Uint8Array.from(planes.values), planes.shape)
    const made = formulaImage(generator_name.replace(/^image:/, ""), weight_seed, height, width)
    checked.push(
      { case: `inception/${name}/image`, error: largestDifference(made, values), tolerance: 0 },
      {
        case: `inception/${name}/image, first`,
        error: largestDifference(planes.values.subarray(0, first8.length), first8),
        tolerance: 0,
      },
    )
    const image: Images = { values, shape: [1, height, width, channels], range: "0..255" }
    checked.push(
      ...(await checkImage(
        folder,
        name,
        image,
        expected[name]!,
        network,
        tolerances.float32_max_abs_any_tap,
      )),
    )
  }
  return checked
}

const featureTaps = tapsOf(inceptionLayers).filter((tap) => /^\d+$|^logits/.test(tap))

async function checkImage(
  folder: GoldenFolder,
  image: string,
  images: Images,
  expected: Readonly<Record<string, unknown>>,
  network: FeatureNetwork,
  tolerance: number,
): Promise<GoldenCase[]> {
  const checked: GoldenCase[] = []
  const close = (what: string, got: number, wanted: number) =>
    checked.push(absolute(`inception/${image}/${what}`, got, wanted, tolerance))
  const seen = new Map<string, Readonly<Record<string, TapValues>>>()
  for (const [key, entry] of Object.entries(expected)) {
    const chain = /^blocks_of_(.+)_chain$/.exec(key)?.[1]
    if (chain !== undefined) {
      const stages = entry as Readonly<Record<string, Stage>>
      const taken = await network.tapped(images, { taps: Object.keys(stages), chain, batch: 1 })
      for (const [stage, wanted] of Object.entries(stages)) {
        const got = stageOf(taken[stage]!)
        const agrees = got.shape.join() === wanted.shape.join()
        checked.push({
          case: `inception/${image}/${stage} shape`,
          error: agrees ? 0 : Number.NaN,
          tolerance: 0,
        })
        for (const what of ["mean", "rms", "first", "last"] as const) {
          close(`${stage} ${what}`, got[what], wanted[what])
        }
      }
    } else if (Object.hasOwn(chains, key)) {
      seen.set(key, await network.tapped(images, { taps: featureTaps, chain: key, batch: 1 }))
    } else checked.push({ case: `inception/${image}/${key}: an unknown chain`, error: Number.NaN, tolerance })
  }
  for (const [chain, taken] of seen) {
    const entry = expected[chain] as ChainEntry
    for (const [tap, file] of Object.entries(entry.features)) {
      const { values } = await folder.array(file)
      close(`${chain} ${tap}`, largestDifference(taken[tap]?.values ?? [], values), 0)
    }
    for (const [tap, rms] of Object.entries(entry.rms ?? {})) {
      close(`${chain} ${tap} rms`, stageOf(taken[tap]!).rms, rms)
    }
    for (const [tap, wanted] of Object.entries(entry.tap_means ?? {})) {
      close(`${chain} ${tap} mean`, stageOf(taken[tap]!).mean, wanted)
    }
    const first = entry.first4_2048 ?? []
    close(`${chain} 2048 first`, largestDifference(taken["2048"]!.values.subarray(0, first.length), first), 0)
    for (const [key, differences] of Object.entries(entry)) {
      const other = seen.get(/^max_abs_diff_to_(.+)$/.exec(key)?.[1] ?? "")
      if (other === undefined) continue
      for (const [tap, wanted] of Object.entries(differences as Readonly<Record<string, number>>)) {
        close(`${chain} ${tap} ${key}`, largestDifference(taken[tap]!.values, other[tap]!.values), wanted)
      }
    }
  }
  return checked
}

/** What is on record of a tensor, in the order of PyTorch's axes. */
function stageOf({ shape, values }: TapValues): Stage {
  const [images, height, width, channels] = shape as [number, number, number, number]
  let [sum, squares] = [0, 0]
  for (const value of values) {
    sum += value
    squares += value * value
  }
  return {
    shape: [images, channels, height, width],
    mean: sum / values.length,
    rms: Math.sqrt(squares / values.length),
    first: values[0]!,
    last: values.at(-1)!,
  }
}
