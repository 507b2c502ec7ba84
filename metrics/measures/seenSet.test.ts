import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import { compareSeen, mergeSeen, noneSeen, type SeenSet, type SetMeasures, see } from "./seenSet.ts"

const [size, classes, count] = [4, 3, 40]
const measures: SetMeasures = {
  fid: true,
  kid: { subsets: 5, subsetSize: 10, seed: 1 },
  precisionRecall: { neighbours: 3, inside: "<=" },
  inceptionScore: { convention: "torch-fidelity", splits: 2 },
  mifid: { threshold: 0.1 },
}

function vectors(name: string, width: number): Float32Array {
  return stream("seenSet.test", name).fillNormal(new Float32Array(count * width))
}
const real = { features: vectors("real", size), logits: vectors("real logits", classes) }
const fake = { features: vectors("fake", size), logits: vectors("fake logits", classes) }

function seen(batch: typeof real, from = 0, to = count): SeenSet {
  return see(noneSeen(size, measures, classes), {
    features: batch.features.subarray(from * size, to * size),
    logits: batch.logits.subarray(from * classes, to * classes),
  })
}

test("every measure that is asked for gives its values, and no other does", () => {
  expect(Object.keys(compareSeen(seen(real), seen(fake), measures)).sort()).toEqual(
    [
      ...["coverage", "density", "fid", "inceptionScore", "inceptionScoreDeviation", "kid", "kidDeviation"],
      ...["mifid", "precision", "recall"],
    ].sort(),
  )
  expect(Object.keys(compareSeen(seen(real), seen(fake), { kid: "all pairs" }))).toEqual(["kid"])
})

test("seen batch by batch and merged in any grouping, sets compare as seen at once", () => {
  const whole = compareSeen(seen(real), seen(fake), measures)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: count }), fc.integer({ min: 0, max: count }), (a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)]
      const parts = [seen(fake, 0, first), seen(fake, first, second), seen(fake, second)] as const
      const left = mergeSeen(mergeSeen(parts[0], parts[1]), parts[2])
      const right = mergeSeen(parts[0], mergeSeen(parts[1], parts[2]))
      for (const set of [left, right]) {
        const values = compareSeen(seen(real), set, measures)
        for (const [name, value] of Object.entries(whole)) {
          expect(Math.abs(values[name]! - value), name).toBeLessThanOrEqual(
            1e-12 * Math.max(1, Math.abs(value)),
          )
        }
      }
    }),
    { numRuns: 20 },
  )
})

test("vectors are kept only where a measure compares them", () => {
  const moments = see(noneSeen(size, { fid: true }), { features: real.features })
  expect(moments.rows).toBeUndefined()
  expect(moments.logits).toBeUndefined()
})

test("a reference of moments alone gives the same distance, and is refused for what needs vectors", () => {
  const { mean, scatter } = seen(real).moments
  const gaussian = { mean, covariance: scatter.map((value) => value / (count - 1)) }
  const { fid } = compareSeen({ gaussian }, seen(fake), { fid: true })
  expect(fid).toBe(compareSeen(seen(real), seen(fake), { fid: true }).fid)
  expect(() => compareSeen({ gaussian }, seen(fake), { kid: "all pairs" })).toThrow(
    "Expected sets with the vectors of their images for kid, but got moments alone; give the images, or measure fid only.",
  )
})

test("an inception score without logits is refused in one sentence", () => {
  const { inceptionScore } = measures
  expect(() => noneSeen(size, { inceptionScore: inceptionScore! })).toThrow(/^Expected the number of classes/)
  expect(() => see(noneSeen(size, measures, classes), { features: real.features })).toThrow(
    /^Expected logits beside the features/,
  )
})
