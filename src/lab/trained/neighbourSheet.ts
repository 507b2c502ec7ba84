import { realImages } from "@saddlepoint/core/contracts/dataset"
import type { Images } from "./answered.ts"
import type { NearestExamples } from "./nearestExamples.ts"
import type { Trained } from "./openTrained.ts"

/** Rows of a sheet. */
const most = 16

/** Samples beside their neighbours, to be drawn as a sheet. */
export interface NeighbourSheet extends Pick<Images, "values" | "shape"> {
  readonly columns: number
  /** Places of the samples, from above: those that are nearest to a training example come first. */
  readonly samples: readonly number[]
}

/** A row for each of the samples that came nearest to a training example: the sample, then its neighbours, nearest first. */
export async function neighbourSheet(
  { dataset }: Pick<Trained, "dataset">,
  { values, shape }: Pick<Images, "values" | "shape">,
  { nearest }: Pick<NearestExamples, "nearest">,
): Promise<NeighbourSheet> {
  const { split, field } = realImages(dataset)
  const [, ...one] = shape
  const size = one.reduce((product, side) => product * side, 1)
  const samples = nearest
    .map((own, place) => ({ place, distance: own[0]!.distance }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ place }) => place)
  const columns = 1 + nearest[0]!.length
  const sheet = new Float32Array(samples.length * columns * size)
  for (const [row, sample] of samples.entries()) {
    const read = (await split.read(nearest[sample]!.map(({ place }) => place)))[field]!
    sheet.set(values.subarray(sample * size, (sample + 1) * size), row * columns * size)
    sheet.set(read, (row * columns + 1) * size)
  }
  return { values: sheet, shape: [samples.length * columns, ...one], columns, samples }
}
