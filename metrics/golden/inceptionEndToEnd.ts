import { addRows, type FeatureRows, noRows } from "../maths/features/featureRows.ts"
import { frechetDistanceOf } from "../maths/features/frechet.ts"
import { inceptionScore } from "../maths/features/inceptionScore.ts"
import { fullKid } from "../maths/features/kernelInceptionDistance.ts"
import type { FeatureNetwork } from "../networks/featureNetwork.ts"
import { formulaImage } from "../networks/formulaWeights.ts"
import type { Images } from "../resize/images.ts"
import { absolute, type GoldenCase, largestDifference, relative } from "./goldenFolder.ts"

/** From images to distances, through the chain of torch-fidelity. */
export interface EndToEnd {
  /** `N=16 per set, image("e2e_real_i"|"e2e_fake_i",seed,32,32), i=0..N-1; fake pixels then become floor(v/2)+40` */
  readonly images: string
  readonly first_fake_8: readonly number[]
  readonly fid: Readonly<Record<string, number>>
  readonly rel_tol_fid_and_kid: number
  readonly tap_mean_real: Readonly<Record<string, number>>
  readonly tap_mean_fake: Readonly<Record<string, number>>
  /** `kid_<tap>_all_samples_unbiased`, `isc_fake_splits_<n>_<tap>` */
  readonly [key: `kid_${string}` | `isc_fake_splits_${string}`]: number
}

/** Keys of distances and scores, with the tap that they are taken at. */
const kidKey = /^kid_(?<tap>.+)_all_samples_unbiased$/
const scoreKey = /^isc_fake_splits_(?<splits>\d+)_(?<tap>.+)$/

/**
 * Images by formula, their features, and FID, KID and Inception Score of those.
 * @param tolerance of the means of taps
 */
export async function inceptionEndToEnd(
  expected: EndToEnd,
  seed: number,
  network: FeatureNetwork,
  tolerance: number,
): Promise<GoldenCase[]> {
  const { real, fake } = imagesOf(expected.images, seed)
  const meanTaps = Object.keys(expected.tap_mean_real)
  const distanceTaps = Object.keys(expected).flatMap(
    (key) => (kidKey.exec(key) ?? scoreKey.exec(key))?.groups?.tap ?? [],
  )
  const taps = [...new Set([...meanTaps, ...Object.keys(expected.fid), ...distanceTaps])]
  const options = { taps, chain: "torch-fidelity", batch: 16 }
  const ofReal = await network.tapped(real, options)
  const ofFake = await network.tapped(fake, options)
  const checked: GoldenCase[] = [
    {
      case: "inception/end to end/first fake",
      error: firstPixels(fake, expected.first_fake_8),
      tolerance: 0,
    },
  ]
  const add = (made: GoldenCase) => checked.push({ ...made, case: `inception/end to end/${made.case}` })
  const close = expected.rel_tol_fid_and_kid
  for (const tap of meanTaps) {
    add(absolute(`mean of real ${tap}`, mean(ofReal[tap]!.values), expected.tap_mean_real[tap]!, tolerance))
    const wanted = expected.tap_mean_fake[tap] ?? Number.NaN
    add(absolute(`mean of fake ${tap}`, mean(ofFake[tap]!.values), wanted, tolerance))
  }
  for (const [tap, wanted] of Object.entries(expected.fid)) {
    const [first, second] = [ofReal[tap]!, ofFake[tap]!]
    add(
      relative(`fid ${tap}`, frechetDistanceOf(first.values, second.values, first.shape[1]!), wanted, close),
    )
  }
  const rows = ({ shape, values }: (typeof ofReal)[string]): FeatureRows => addRows(noRows(shape[1]!), values)
  for (const [key, wanted] of Object.entries(expected)) {
    const kid = kidKey.exec(key)?.groups
    if (kid !== undefined) {
      const tap = kid.tap!
      add(relative(`kid ${tap}`, fullKid(rows(ofReal[tap]!), rows(ofFake[tap]!)), wanted as number, close))
    }
    const score = scoreKey.exec(key)?.groups
    if (score !== undefined) {
      const [splits, tap] = [Number(score.splits), score.tap!]
      const { mean } = inceptionScore(rows(ofFake[tap]!), { convention: "torch-fidelity", splits })
      add(relative(`inception score, ${splits} splits of ${tap}`, mean, wanted as number, close))
    }
  }
  return checked
}

/** The two sets that a text describes. */
function imagesOf(text: string, seed: number): { readonly real: Images; readonly fake: Images } {
  const found = /^N=(\d+) .*image\("(\w+)_i"\|"(\w+)_i",seed,(\d+),(\d+)\).*floor\(v\/(\d+)\)\+(\d+)$/.exec(
    text,
  )
  if (found === null) {
    throw new Error(
      'Expected inception.json to describe its images as \'N=COUNT per set, image("REAL_i"|"FAKE_i",seed,HEIGHT,WIDTH), ' +
        `i=0..N-1; fake pixels then become floor(v/NUMBER)+NUMBER', but got '${text}'.`,
    )
  }
  const [count, height, width, by, plus] = [1, 4, 5, 6, 7].map((group) => Number(found[group])) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const set = (name: string, change: (value: number) => number): Images => {
    const values = new Uint8Array(count * height * width * 3)
    for (let i = 0; i < count; i++) {
      values.set(formulaImage(`${name}_${i}`, seed, height, width).map(change), i * height * width * 3)
    }
    return { values, shape: [count, height, width, 3], range: "0..255" }
  }
  return {
    real: set(found[2]!, (value) => value),
    fake: set(found[3]!, (value) => Math.floor(value / by) + plus),
  }
}

/** Difference of an image's first channel, along its first row, from what is on record. */
function firstPixels({ values }: Images, wanted: readonly number[]): number {
  return largestDifference(
    wanted.map((_, i) => values[3 * i]!),
    wanted,
  )
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
