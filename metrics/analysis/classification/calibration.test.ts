import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { expect, test } from "vitest"
import {
  addCalibration,
  type Binning,
  type CalibrationNorm,
  confidencesOf,
  equalMassCalibration,
  mergeCalibrations,
  noCalibration,
  settledCalibration,
} from "./calibration.ts"

// Reference numbers "classification", boundary_case: confidences on the edges of 4 bins.
const confidence = [1, 1, 1, 0.5, 0.5, 0.75, 0.75, 0.75, 0.25, 0.625, 0.875, 0.3]
const correct = [1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0]
const error = (binning: Binning, norm: CalibrationNorm = "l1", bins = 4) =>
  settledCalibration(addCalibration(noCalibration(bins, binning), confidence, correct), norm)

test("confidences on edges belong to the bin that the convention says", () => {
  expect(error("lowerClosed")).toBeCloseTo(0.18333333333333332, 14) // torchmetrics
  expect(error("upperClosed")).toBeCloseTo(0.2333333333333333, 14) // Guo et al. 2017
})

test("an edge lies where torch.linspace puts it: 0.3 is below the third of ten edges, 0.7 is not below the seventh", () => {
  const alone = (value: number) => addCalibration(noCalibration(10, "lowerClosed"), [value], [1]).counts
  expect(alone(0.3).indexOf(1)).toBe(2) // 3 * 0.1 = 0.30000000000000004
  expect(alone(0.7).indexOf(1)).toBe(7) // 1 - 3 * 0.1 = 0.7
  expect(alone(1).indexOf(1)).toBe(10)
  expect(alone(0).indexOf(1)).toBe(0)
})

test("the norms are the weighted mean, the root of the weighted mean of squares, and the largest gap", () => {
  // Bins (0, 1/2] and (1/2, 1]: gaps |1/2 - 0.4| and |1 - 0.8| with weights 2/3 and 1/3.
  const found = addCalibration(noCalibration(2, "upperClosed"), [0.4, 0.4, 0.8], [1, 0, 1])
  expect(settledCalibration(found, "l1")).toBeCloseTo(0.1 * (2 / 3) + 0.2 / 3, 14)
  expect(settledCalibration(found, "l2")).toBeCloseTo(Math.sqrt(0.01 * (2 / 3) + 0.04 / 3), 14)
  expect(settledCalibration(found, "max")).toBeCloseTo(0.2, 14)
})

test("equal mass cuts the sorted confidences, the first bins one longer", () => {
  // 0.1 0.2 0.3 | 0.6 0.9 with answers 0 0 1 | 1 1: |1 - 0.6| / 3 and |2 - 1.5| / 2, weights 3/5 and 2/5.
  const value = equalMassCalibration([0.9, 0.1, 0.6, 0.2, 0.3], [1, 0, 1, 0, 1], 2)
  expect(value).toBeCloseTo(0.4 / 5 + 0.5 / 5, 14)
})

const samples = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })),
  {
    minLength: 3,
    maxLength: 40,
  },
)

test("streamed, merged in any grouping and shuffled, the error is the one-shot one and lies in [0, 1]", () => {
  fc.assert(
    fc.property(
      samples,
      fc.constantFrom<Binning>("lowerClosed", "upperClosed"),
      fc.integer(),
      (pairs, binning, seed) => {
        const add = (part: typeof pairs) =>
          addCalibration(
            noCalibration(5, binning),
            part.map(([value]) => value),
            part.map(([, right]) => right),
          )
        const [a, b, c] = [add(pairs.slice(0, 1)), add(pairs.slice(1, 2)), add(pairs.slice(2))]
        const shuffled = stream(seed).shuffle(pairs)
        for (const norm of ["l1", "l2", "max"] as const) {
          const value = settledCalibration(add(pairs), norm)
          expect(value >= 0 && value <= 1).toBe(true)
          for (const other of [
            mergeCalibrations(mergeCalibrations(a, b), c),
            mergeCalibrations(a, mergeCalibrations(b, c)),
            add(shuffled),
          ]) {
            expect(Math.abs(settledCalibration(other, norm) - value)).toBeLessThan(1e-13)
          }
          const mass = (of: typeof pairs) =>
            equalMassCalibration(
              of.map(([confidence]) => confidence),
              of.map(([, right]) => right),
              4,
              norm,
            )
          expect(Math.abs(mass(shuffled) - mass(pairs))).toBeLessThan(1e-13)
        }
      },
    ),
  )
})

test("with one bin every binning gives the gap of mean accuracy and mean confidence", () => {
  fc.assert(
    fc.property(samples, (pairs) => {
      const [values, right] = [pairs.map(([value]) => value), pairs.map(([, hit]) => hit)]
      const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length
      const gap = Math.abs(mean(values) - mean(right))
      const one = settledCalibration(addCalibration(noCalibration(1, "upperClosed"), values, right), "l1")
      expect(Math.abs(one - gap)).toBeLessThan(1e-13)
      expect(Math.abs(equalMassCalibration(values, right, 1) - gap)).toBeLessThan(1e-13)
    }),
  )
})

test("a confidence is the largest probability, and it is right where that is the label's", () => {
  const { confidences, correct: right } = confidencesOf([0, Math.log(3), 0, 0], [1, 1], 2)
  expect(confidences[0]).toBeCloseTo(0.75, 15)
  expect([...right]).toEqual([1, 0])
})

test("what is no probability, no samples and unlike binnings are refused in one sentence", () => {
  expect(() => addCalibration(noCalibration(4, "upperClosed"), [1.2], [1])).toThrow(
    "Expected confidences in [0, 1], but number 0 is 1.2; take the softmax of the logits.",
  )
  expect(() => settledCalibration(noCalibration(4, "upperClosed"), "max")).toThrow(
    "Expected at least 1 sample for a calibration error, but got 0.",
  )
  expect(() => mergeCalibrations(noCalibration(4, "upperClosed"), noCalibration(5, "upperClosed"))).toThrow(
    "Expected calibrations of one binning, but got 4 bins upperClosed and 5 bins upperClosed.",
  )
})
