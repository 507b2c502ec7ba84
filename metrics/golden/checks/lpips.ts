import type { Weights } from "@saddlepoint/core/play/weights"
import { openFeatureNetwork } from "../../networks/featureNetwork.ts"
import { formulaImage, formulaTensor } from "../../networks/formulaWeights.ts"
import { type LpipsBackbone, lpipsBackbones, openLpips } from "../../networks/openLpips.ts"
import type { Images } from "../../resize/images.ts"
import { absolute, type GoldenCase, type GoldenCheck, relative } from "../goldenFolder.ts"

interface LpipsCase {
  readonly net: LpipsBackbone
  readonly seed: number
  /** `image(name,seed,h,w): lpips_a, lpips_b of size (3, 64, 80), ...` */
  readonly images: string
  /** Names with their prefix `lpips.<net>.`, and shapes. */
  readonly parameters: readonly (readonly [string, readonly number[]])[]
  readonly expected: {
    readonly total: number
    readonly per_layer: readonly number[]
    readonly self: number
    readonly spatial_map_mean: number
    readonly spatial_map_00: number
    readonly tap_shapes: readonly (readonly number[])[]
    readonly tap_means: readonly number[]
  }
  readonly rel_tol: number
  readonly rel_tol_float32: number
}

/**
 * LPIPS of formula weights and images. The networks are float32, so `rel_tol_float32` holds; `float32_total` records what
 * float32 does in another package and is not compared.
 */
export const lpips: GoldenCheck = async (folder) => {
  const { cases } = (await folder.topic("lpips")) as { readonly cases: readonly LpipsCase[] }
  const checked: GoldenCase[] = []
  for (const one of cases) checked.push(...(await checkCase(one)))
  return checked
}

async function checkCase({
  net,
  seed,
  images,
  parameters,
  expected,
  rel_tol,
  rel_tol_float32,
}: LpipsCase): Promise<GoldenCase[]> {
  const { backbone, heads } = lpipsWeights(net, parameters, seed)
  const metric = await openLpips(net, backbone, heads)
  const { definition, taps } = lpipsBackbones[net]
  const network = await openFeatureNetwork(definition, backbone, { taps })
  try {
    const [a, b] = pairOf(images, seed)
    const { total, perLayer } = await metric.distances(a, b, { batch: 1 })
    const self = await metric.distances(a, a, { batch: 1 })
    const map = await metric.maps(a, b, { batch: 1 })
    const features = await network.tapped(a, { taps, chain: metric.chain, batch: 1 })
    const close = (what: string, got: number, wanted: number | undefined) =>
      relative(`lpips/${net}/${what}`, got, wanted ?? Number.NaN, rel_tol_float32)
    return [
      close("total", total[0]!, expected.total),
      absolute(`lpips/${net}/self`, self.total[0]!, expected.self, rel_tol),
      close("spatial map, mean", mean(map), expected.spatial_map_mean),
      close("spatial map, first", map[0]!, expected.spatial_map_00),
      absolute(`lpips/${net}/layers`, perLayer.length, expected.per_layer.length, 0),
      ...perLayer.map((layer, i) => close(`layer ${i}`, layer[0]!, expected.per_layer[i])),
      ...taps.flatMap((tap, i) => {
        const { shape, values } = features[tap]!
        const [, channels, height, width] = expected.tap_shapes[i] ?? []
        const agrees = shape.join() === [1, height, width, channels].join()
        return [
          { case: `lpips/${net}/${tap} shape`, error: agrees ? 0 : Number.NaN, tolerance: 0 },
          close(`${tap} mean`, mean(values), expected.tap_means[i]),
        ]
      }),
    ]
  } finally {
    metric.dispose()
    network.dispose()
  }
}

/** Heads are uniform on [0, 1); everything else is as in every formula network. */
function lpipsWeights(
  net: string,
  parameters: LpipsCase["parameters"],
  seed: number,
): { readonly backbone: Weights; readonly heads: Weights } {
  const backbone: Record<string, Weights[string]> = {}
  const heads: Record<string, Weights[string]> = {}
  for (const [name, shape] of parameters) {
    const own = name.slice(`lpips.${net}.`.length)
    if (/^lin\d+$/.test(own)) {
      heads[`${own}.model.1.weight`] = {
        shape,
        values: formulaTensor(name, shape, seed, { times: 1, plus: 0 }),
      }
    } else backbone[own] = { shape, values: formulaTensor(name, shape, seed) }
  }
  return { backbone, heads }
}

/** The two images that a text describes. */
function pairOf(text: string, seed: number): readonly [Images, Images] {
  const found = /: (\w+), (\w+) of size \(3, (\d+), (\d+)\)/.exec(text)
  if (found === null) {
    throw new Error(
      `Expected lpips.json to describe its images as "...: NAME, NAME of size (3, HEIGHT, WIDTH), ...", but got "${text}".`,
    )
  }
  const [height, width] = [Number(found[3]), Number(found[4])]
  const image = (name: string): Images => ({
    values: formulaImage(name, seed, height, width),
    shape: [1, height, width, 3],
    range: "0..255",
  })
  return [image(found[1]!), image(found[2]!)]
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
