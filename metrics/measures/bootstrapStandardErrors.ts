import { stream } from "@saddlepoint/engine/random"
import { addRows, type FeatureRows, noRows, rowsAt } from "../maths/features/featureRows.ts"

export interface Resampling {
  /** Of the streams that draw: part of the protocol, never a training seed. */
  readonly seed: number
  /** 20 where left out. */
  readonly resamplings?: number
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
  { seed, resamplings = 20 }: Resampling,
): Record<string, number> {
  const samples = Array.from({ length: resamplings }, (_, at) => {
    const source = stream(seed, "evaluation-noise", name, at)
    const places = Int32Array.from({ length: generated.count }, () => source.integer(generated.count))
    return measure(addRows(noRows(generated.size), rowsAt(generated, places)))
  })
  const deviation = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1))
  }
  const outputs = Object.keys(samples[0]!)
  return Object.fromEntries(
    outputs.map((output) => [output, deviation(samples.map((sample) => sample[output]!))]),
  )
}
