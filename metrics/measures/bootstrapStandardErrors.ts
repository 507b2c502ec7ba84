import { stream } from "@saddlepoint/engine/random"
import { addRows, type FeatureRows, noRows, rowsAt } from "../maths/features/featureRows.ts"

/** Values of resamplings of a set, each told by how often it holds every vector. */
export type Resampled = (
  generated: FeatureRows,
  counts: readonly Uint32Array[],
) => readonly Readonly<Record<string, number>>[]

export interface Resampling {
  /** Of the streams that draw: part of the protocol, never a training seed. */
  readonly seed: number
  /** 20 where left out. */
  readonly resamplings?: number
  /** Measures all resamplings at once, where that is cheaper; one by one where left out. */
  readonly resampled?: Resampled | undefined
}

/**
 * Bootstrap standard error of each of a measure's values (Efron 1979): its standard deviation over resamplings of the generated
 * vectors with replacement. It estimates the evaluation noise, how far the value would move had other images been generated
 * by the same players, and says nothing of other training seeds.
 */
export function bootstrapStandardErrors(
  measure: (rows: FeatureRows) => Readonly<Record<string, number>>,
  generated: FeatureRows,
  name: string,
  { seed, resamplings = 20, resampled }: Resampling,
): Record<string, number> {
  const drawn = Array.from({ length: resamplings }, (_, at) => {
    const source = stream(seed, "evaluation-noise", name, at)
    return Int32Array.from({ length: generated.count }, () => source.integer(generated.count))
  })
  const samples =
    resampled === undefined
      ? drawn.map((places) => measure(addRows(noRows(generated.size), rowsAt(generated, places))))
      : resampled(
          generated,
          drawn.map((places) => countsOf(places, generated.count)),
        )
  const deviation = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  }
  const outputs = Object.keys(samples[0]!)
  return Object.fromEntries(
    outputs.map((output) => [output, deviation(samples.map((sample) => sample[output]!))]),
  )
}

function countsOf(places: Int32Array, size: number): Uint32Array {
  const counts = new Uint32Array(size)
  for (const place of places) counts[place]!++
  return counts
}
