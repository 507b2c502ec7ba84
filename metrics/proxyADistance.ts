import type {
  ClassifiedBatch,
  ClassMetric,
  Metering,
  MetricFacts,
  MetricOutput,
  MetricWorld,
} from "@saddlepoint/core/contracts/metric"
import { type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { proxyADistance as distanceOf } from "./maths/adaptation/proxyADistance.ts"
import { requireFinite } from "./measures/judgedImages.ts"

const distance = (name: string): MetricOutput => ({
  name,
  higherIsBetter: false,
  unit: "",
  range: [-2, 2],
  best: 0,
})

export const proxyADistancePlugin: Plugin<"metric", ClassMetric> = {
  kind: "metric",
  name: "proxyADistance",
  version: 1,
  options: {},
  build: (): ClassMetric => ({
    name: "proxyADistance",
    outputs: [distance("imageDistance"), distance("answerDistance")],
    judged: "classes",
    needsLabels: false,
    judges: {},
    begin: async (world) => meter(world),
  }),
}

/** Cells along each side of the grid that images are averaged over. */
const cells = 8
/** Half of the images train the domain classifier, half test it, as in Ganin et al. 2016, section 5.1.5. */
const split = { kind: "seeded", seed: 0, trainShare: 0.5 } as const

/**
 * Divergence of the source and target test images under a linear domain classifier: the proxy A-distance `2 (1 - 2 e)` of its
 * held-out error e (Ben-David et al. 2007; Ganin et al. 2016). 2 for domains that are classified without error, about 0 for
 * chance.
 *
 * `imageDistance` is that of the images themselves, each channel averaged over a grid of 8 x 8 cells: it belongs to the data
 * and is the same for every trial. `answerDistance` is that of the trained network's logits. Neither says that the classes
 * lie alike: a small distance is no accuracy. Distances over unlike numbers of features are not compared. Needs no label.
 */
export function proxyADistance(): Use<
  "metric",
  MetricFacts & {
    readonly needsLabels: false
    readonly judged: "classes"
    readonly outputs: "imageDistance" | "answerDistance"
  }
> {
  return use(proxyADistancePlugin)
}

type Domain = ClassifiedBatch["domain"]
type Rows = Record<Domain, Float64Array[]>

function meter(world: MetricWorld): Metering<ClassifiedBatch> {
  const images: Rows = { source: [], target: [] }
  const answers: Rows = { source: [], target: [] }
  return {
    async update({ domain, image, output }) {
      const [pixels, logits] = [(await image.data()) as Float32Array, (await output.data()) as Float32Array]
      const [count, ...shape] = image.shape as [number, number, number, number]
      let sum = 0
      for (const value of logits) sum += value
      requireFinite(sum, "proxyADistance")
      const rowOf = (values: Float32Array, row: number) => {
        const size = values.length / count
        return values.subarray(row * size, (row + 1) * size)
      }
      for (let row = 0; row < count; row++) {
        images[domain].push(gridMeans(rowOf(pixels, row), shape))
        answers[domain].push(Float64Array.from(rowOf(logits, row)))
      }
    },
    async compute() {
      for (const domain of ["target", "source"] as const) {
        if (images[domain].length > 0) continue
        throw new Error(
          `Expected at least 1 ${domain} image to judge for proxyADistance, but got 0; the test split is empty.`,
        )
      }
      const byImage = between(images)
      const byAnswer = between(answers)
      const { classifier, trainRows } = byImage.identity
      return {
        values: { imageDistance: byImage.distance, answerDistance: byAnswer.distance },
        identity: {
          metric: "proxyADistance",
          version: proxyADistancePlugin.version,
          classifier: classifier!,
          trainRows: trainRows!,
          trainRowsSeed: split.seed,
          grid: `${cells} x ${cells}`,
          imageFeatures: byImage.identity.features!,
          answerFeatures: byAnswer.identity.features!,
          images: images.target.length,
          sourceImages: images.source.length,
          dataset: world.datasetDigest,
          split: "test",
          selection: world.selection ?? "last",
        },
      }
    },
    dispose() {},
  }
}

/** The distance between two sets of rows, in whatever order they came. */
function between({ source, target }: Rows) {
  const size = source[0]!.length
  return distanceOf(joined(source), joined(target), size, split)
}

/** Rows one after the other, in the order of their values, so that the split does not depend on the order they came in. */
function joined(rows: readonly Float64Array[]): Float64Array {
  const size = rows[0]!.length
  const values = new Float64Array(rows.length * size)
  const sorted = [...rows].sort((a, b) => {
    const at = a.findIndex((value, i) => value !== b[i])
    return at < 0 ? 0 : a[at]! - b[at]!
  })
  for (const [at, row] of sorted.entries()) values.set(row, at * size)
  return values
}

/** Means of `[height, width, channels]` over the cells of a grid, channel by channel: float64, as many cells as there are pixels for. */
function gridMeans(
  pixels: Float32Array,
  [height, width, channels]: readonly [number, number, number],
): Float64Array {
  const [down, across] = [Math.min(cells, height), Math.min(cells, width)]
  const sums = new Float64Array(down * across * channels)
  const counts = new Float64Array(down * across)
  for (let row = 0, at = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const cell = Math.floor((row * down) / height) * across + Math.floor((column * across) / width)
      counts[cell]! += 1
      for (let channel = 0; channel < channels; channel++) sums[cell * channels + channel]! += pixels[at++]!
    }
  }
  return sums.map((sum, i) => sum / counts[Math.floor(i / channels)]!)
}
