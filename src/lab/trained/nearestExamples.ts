import { realImages, type Split } from "@saddlepoint/core/contracts/dataset"
import { readBatch } from "@saddlepoint/core/play/loader"
import * as tf from "@saddlepoint/engine/tf"
import { addRows, noRows } from "@saddlepoint/metrics/maths/features/featureRows"
import {
  addReference,
  type Neighbour,
  noNeighbours,
} from "@saddlepoint/metrics/maths/features/nearestNeighbours"
import { median, quantileOfSorted } from "@saddlepoint/metrics/maths/statistics/quantile"
import type { Images } from "./answered.ts"
import type { Trained } from "./openTrained.ts"

/** How near samples come to training examples, beside how near real images come that were not learnt from. */
export interface NearestExamples {
  /** `pixels`, or the judge by whose features distances are. */
  readonly by: string
  /** Of each sample, in their order: its nearest training examples, nearest first. */
  readonly nearest: readonly (readonly Neighbour[])[]
  /** Median distance of a sample to its nearest training example. */
  readonly samples: number
  /** The same of held-out test examples: what images that nobody learnt by heart keep. */
  readonly heldOut: number
  /** Held-out test examples that were asked about. */
  readonly asked: number
  /** Share of samples that are nearer than the nearest twentieth of the held-out ones; about 0.05 where nothing was learnt by heart. */
  readonly nearer: number
}

/** Test examples that are asked about at most, evenly spread. */
const mostHeldOut = 500
/** Numbers of images that are read at once. */
const valuesAtOnce = 2 ** 22

/** Gives what distances are between: a row for each image. */
interface Space {
  readonly by: string
  rows(images: tf.Tensor): Promise<Float32Array>
  /** A distance in the unit that is told. */
  unit(size: number): number
}

/** Root mean square over pixels and channels, of values in [-1, 1]. */
const pixels: Space = {
  by: "pixels",
  rows: async (images) => Float32Array.from(await images.data()),
  unit: (size) => Math.sqrt(size),
}

/**
 * Looks for the training examples nearest to samples, by pixels, and, where a metric of the trial has a judge with features, by those: a generator that
 * repeats what it learnt from has neighbours nearer than real images have. Blurred images are near to everything by pixels, so nearness alone proves
 * nothing: look at them.
 *
 * @param neighbours of each sample
 * @throws Error in one sentence where the trial's data are not there, or have no test examples
 */
export async function nearestExamples(
  trained: Pick<Trained, "dataset" | "features" | "trial">,
  samples: Pick<Images, "values" | "shape">,
  neighbours: number,
): Promise<readonly NearestExamples[]> {
  const { split: train, field } = realImages(trained.dataset)
  const { test } = trained.dataset.splits
  if (test.size === 0) {
    throw new RangeError(
      `Expected test examples to compare the samples of ${trained.trial} with, but there are none; ask without neighbours.`,
    )
  }
  const count = Math.min(mostHeldOut, test.size)
  const held = Array.from({ length: count }, (_, i) => Math.floor((i * test.size) / count))
  const judge = await trained.features()
  try {
    const judged: Space[] = judge === undefined ? [] : [{ by: judge.judge, rows: judge.rows, unit: () => 1 }]
    const found: NearestExamples[] = []
    for (const space of [pixels, ...judged]) {
      const asked = [
        ...(await rowsOf(space, asBatches(samples))),
        ...(await rowsOf(space, batchesOf(test, field, held))),
      ]
      const size = asked.reduce((sum, rows) => sum + rows.length, 0) / (samples.shape[0] + count)
      let sofar = noNeighbours(asked.reduce(addRows, noRows(size)), neighbours)
      const all = Array.from({ length: train.size }, (_, index) => index)
      await rowsOf(space, batchesOf(train, field, all), (rows) => {
        sofar = addReference(sofar, rows)
      })
      found.push(summary(space, size, sofar.nearest, samples.shape[0], count))
    }
    return found
  } finally {
    judge?.dispose()
  }
}

function summary(
  { by, unit }: Space,
  size: number,
  found: readonly (readonly Neighbour[])[],
  samples: number,
  asked: number,
): NearestExamples {
  const scaled = found.map((own) =>
    own.map(({ place, distance }) => ({ place, distance: distance / unit(size) })),
  )
  const first = scaled.map((own) => own[0]!.distance)
  const [made, real] = [first.slice(0, samples), first.slice(samples)]
  const bar = quantileOfSorted(
    real.toSorted((a, b) => a - b),
    0.05,
  )
  return {
    by,
    nearest: scaled.slice(0, samples),
    samples: median(made),
    heldOut: median(real),
    asked,
    nearer: made.filter((distance) => distance < bar).length / made.length,
  }
}

/** Rows of batches, which are told one by one to whoever wants them, or else kept. */
async function rowsOf(
  { rows }: Space,
  batches: AsyncIterable<tf.Tensor>,
  each?: (rows: Float32Array) => void,
): Promise<readonly Float32Array[]> {
  const kept: Float32Array[] = []
  for await (const images of batches) {
    try {
      const some = await rows(images)
      if (each === undefined) kept.push(some)
      else each(some)
    } finally {
      images.dispose()
    }
  }
  return kept
}

async function* batchesOf(
  split: Split,
  field: string,
  indices: readonly number[],
): AsyncGenerator<tf.Tensor> {
  const size = split.fields[field]!.shape.reduce((product, side) => product * side, 1)
  const batch = Math.max(1, Math.min(256, Math.floor(valuesAtOnce / size)))
  for (let start = 0; start < indices.length; start += batch) {
    const { values, shape } = (await readBatch(split, indices.slice(start, start + batch)))[field]!
    yield tf.tensor(values, [...shape], "float32")
  }
}

async function* asBatches({ values, shape }: Pick<Images, "values" | "shape">): AsyncGenerator<tf.Tensor> {
  const [count, ...one] = shape
  const size = one.reduce((product, side) => product * side, 1)
  for (let start = 0; start < count; start += 32) {
    const some = Math.min(32, count - start)
    yield tf.tensor(values.subarray(start * size, (start + some) * size), [some, ...one], "float32")
  }
}
