import fc from "fast-check"
import { expect, test } from "vitest"
import { addRows, type FeatureRows, noRows, rowsAt } from "./featureRows.ts"
import {
  type PrecisionRecall,
  type PrecisionRecallOptions,
  precisionRecall,
  precisionRecallAmong,
  realism,
} from "./precisionRecall.ts"
import { gaussianRows, inBlocks, randomOrder, reordered, rotated, rowsOf } from "./testing/gaussianRows.ts"

type Values = Float32Array | Float64Array

/** All squared distances of two sets by float64 differences, `[a, b]`. */
function distances(a: Values, b: Values, size: number): Float64Array[] {
  return Array.from({ length: a.length / size }, (_, i) =>
    Float64Array.from({ length: b.length / size }, (_, j) => {
      let sum = 0
      for (let k = 0; k < size; k++) sum += (a[i * size + k]! - b[j * size + k]!) ** 2
      return sum
    }),
  )
}

/** The four shares straight from their definitions. */
function bruteForce(
  real: Values,
  fake: Values,
  size: number,
  { neighbours, inside }: PrecisionRecallOptions,
): PrecisionRecall {
  const radii = (set: Values) =>
    distances(set, set, size).map((row, i) => row.filter((_, j) => j !== i).sort()[neighbours - 1]!)
  const within = (distance: number, radius: number) =>
    inside === "<" ? distance < radius : distance <= radius
  const [realRadii, fakeRadii] = [radii(real), radii(fake)]
  const across = distances(real, fake, size)
  const [reals, fakes] = [realRadii.length, fakeRadii.length]
  const places = (count: number) => Array.from({ length: count }, (_, i) => i)
  const share = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length
  const balls = places(fakes).map(
    (j) => places(reals).filter((i) => within(across[i]![j]!, realRadii[i]!)).length,
  )
  return {
    precision: share(balls.map((count) => count > 0)),
    recall: share(places(reals).map((i) => fakeRadii.some((radius, j) => within(across[i]![j]!, radius)))),
    density: balls.reduce((sum, count) => sum + count, 0) / (neighbours * fakes),
    coverage: share(places(reals).map((i) => across[i]!.some((distance) => within(distance, realRadii[i]!)))),
  }
}

const conventions = ["<", "<="] as const
const options = fc.record({
  neighbours: fc.integer({ min: 1, max: 5 }),
  inside: fc.constantFrom(...conventions),
})

test("on a line the four shares are as by hand", () => {
  // Radii for k = 1: real 0, 1, 4 -> 1, 1, 3; generated 1, 2, 9 -> 1, 1, 7. Generated 1 lies on real 1 and on the surfaces of
  // the balls of 0 and 4; generated 2 inside the ball of 4 and on the surface of that of 1; generated 9 outside of all.
  const [real, fake] = [rowsOf(Float64Array.of(0, 1, 4), 1), rowsOf(Float64Array.of(1, 2, 9), 1)]
  expect(precisionRecall(real, fake, { neighbours: 1, inside: "<=" })).toEqual({
    precision: 2 / 3,
    recall: 1,
    density: 5 / 3,
    coverage: 1,
  })
  expect(precisionRecall(real, fake, { neighbours: 1, inside: "<" })).toEqual({
    precision: 2 / 3,
    recall: 2 / 3,
    density: 2 / 3,
    coverage: 2 / 3,
  })
})

test("they equal a search through all float64 distances exactly, on any features", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 70 }),
      fc.constantFrom(1e-25, 1, 1e25),
      fc.boolean(),
      options,
      (seed, size, scale, double, chosen) => {
        const set = (name: string, count: number): Values => {
          const values = gaussianRows(count, size, seed, name).map((value) => scale * value)
          return double ? values : Float32Array.from(values)
        }
        const [real, fake] = [set("real", 30), set("generated", 25)]
        expect(precisionRecall(rowsOf(real, size), rowsOf(fake, size), chosen)).toEqual(
          bruteForce(real, fake, size, chosen),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test("they equal it on duplicates and on lattices, where most distances are ties", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), options, (seed, size, chosen) => {
      const set = (name: string, count: number) => gaussianRows(count, size, seed, name).map(Math.round)
      const real = set("real", 40)
      // Half of the generated vectors repeat real ones.
      const fake = Float64Array.of(...set("generated", 15), ...real.subarray(0, 15 * size))
      expect(precisionRecall(rowsOf(real, size), rowsOf(fake, size), chosen)).toEqual(
        bruteForce(real, fake, size, chosen),
      )
    }),
    { numRuns: 60 },
  )
})

test.each([
  ["float64", (values: Float64Array): Values => values],
  ["float32", (values: Float64Array): Values => Float32Array.from(values)],
] as const)("a mean of a million beside a spread of a thousandth costs nothing, in %s", (_, kept) => {
  for (const inside of conventions) {
    const far = (name: string) => kept(gaussianRows(40, 6, "far", name).map((value) => 1e6 + 1e-3 * value))
    const [real, fake] = [far("real"), far("generated")]
    const chosen = { neighbours: 3, inside }
    expect(precisionRecall(rowsOf(real, 6), rowsOf(fake, 6), chosen)).toEqual(
      bruteForce(real, fake, 6, chosen),
    )
  }
})

test("several blocks of products give what a search through all distances gives", () => {
  const [real, fake] = [
    gaussianRows(1100, 2, "blocks", "real"),
    gaussianRows(1030, 2, "blocks", "generated"),
  ].map((values) => values.map((value) => Math.round(8 * value)))
  const chosen = { neighbours: 3, inside: "<" } as const
  expect(precisionRecall(rowsOf(real!, 2), rowsOf(fake!, 2), chosen)).toEqual(
    bruteForce(real!, fake!, 2, chosen),
  )
})

test("they depend neither on the order of the vectors nor on their cut into blocks, and are exactly the same", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      options,
      (seed, cut, lattice, chosen) => {
        const set = (name: string, count: number) =>
          gaussianRows(count, 3, seed, name).map((value) => (lattice ? Math.round(value) : value))
        const [real, fake] = [set("real", 30), set("generated", 20)]
        const expected = precisionRecall(rowsOf(real, 3), rowsOf(fake, 3), chosen)
        expect(precisionRecall(inBlocks(real, 3, cut), inBlocks(fake, 3, cut), chosen)).toEqual(expected)
        const shuffled = (values: Float64Array, count: number, name: string): FeatureRows =>
          rowsOf(reordered(values, 3, randomOrder(count, seed, name)), 3)
        expect(precisionRecall(shuffled(real, 30, "real"), shuffled(fake, 20, "generated"), chosen)).toEqual(
          expected,
        )
      },
    ),
    { numRuns: 40 },
  )
})

test("a common scale, shift or rotation of both sets changes nothing", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      options,
      (seed, scale, chosen) => {
        // Normal numbers have no ties, which rounding would break.
        const sets = ["real", "generated"].map((name) => gaussianRows(30, 4, seed, name))
        const [expected, moved, turned] = [
          sets,
          sets.map((values) => values.map((value, i) => scale * value + (i % 4))),
          sets.map((values) => rotated(values, 4, seed)),
        ].map(([real, fake]) => precisionRecall(rowsOf(real!, 4), rowsOf(fake!, 4), chosen))
        expect(moved).toEqual(expected)
        expect(turned).toEqual(expected)
      },
    ),
    { numRuns: 40 },
  )
})

test("shares lie in [0, 1], density is not negative, and precision and recall change places with the sets", () => {
  fc.assert(
    fc.property(fc.integer(), options, fc.double({ min: 0, max: 3, noNaN: true }), (seed, chosen, shift) => {
      const real = rowsOf(gaussianRows(25, 3, seed, "real"), 3)
      const fake = rowsOf(
        gaussianRows(20, 3, seed, "generated").map((value) => value + shift),
        3,
      )
      const { precision, recall, density, coverage } = precisionRecall(real, fake, chosen)
      for (const share of [precision, recall, coverage]) {
        expect(share).toBeGreaterThanOrEqual(0)
        expect(share).toBeLessThanOrEqual(1)
      }
      expect(density).toBeGreaterThanOrEqual(0)
      const turned = precisionRecall(fake, real, chosen)
      expect([turned.precision, turned.recall]).toEqual([recall, precision])
    }),
    { numRuns: 40 },
  )
})

test("with surfaces inside, a set beside itself has all shares 1, and there is never less inside than without", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, neighbours) => {
      const [own, other] = ["own", "other"].map((name) =>
        rowsOf(gaussianRows(20, 2, seed, name).map(Math.round), 2),
      )
      const same = precisionRecall(own!, own!, { neighbours, inside: "<=" })
      expect([same.precision, same.recall, same.coverage]).toEqual([1, 1, 1])
      expect(same.density).toBeGreaterThanOrEqual(1)
      const [open, closed] = conventions.map((inside) =>
        precisionRecall(own!, other!, { neighbours, inside }),
      )
      for (const name of ["precision", "recall", "density", "coverage"] as const) {
        expect(closed![name]).toBeGreaterThanOrEqual(open![name])
      }
    }),
    { numRuns: 40 },
  )
})

test("equal features have everything on the surface and nothing inside", () => {
  // prdc issue 7: constant features give 0 with the strict comparison.
  const same = rowsOf(new Float32Array(20).fill(3), 2)
  expect(precisionRecall(same, same, { neighbours: 3, inside: "<" })).toEqual({
    precision: 0,
    recall: 0,
    density: 0,
    coverage: 0,
  })
  expect(precisionRecall(same, same, { neighbours: 3, inside: "<=" })).toMatchObject({
    precision: 1,
    recall: 1,
    coverage: 1,
  })
})

test("realism is the largest ratio of radius to distance over real balls up to the median radius", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), fc.boolean(), (seed, neighbours, lattice) => {
      const set = (name: string, count: number) =>
        gaussianRows(count, 3, seed, name).map((value) => (lattice ? Math.round(value) : value))
      const [real, fake] = [set("real", 25), set("generated", 12)]
      const radii = distances(real, real, 3).map((row, i) =>
        Math.sqrt(row.filter((_, j) => j !== i).sort()[neighbours - 1]!),
      )
      const median = Float64Array.from(radii).sort()[12]!
      const across = distances(real, fake, 3)
      const expected = Array.from({ length: 12 }, (_, j) =>
        radii.reduce(
          (largest, radius, i) =>
            radius > median ? largest : Math.max(largest, radius / (Math.sqrt(across[i]![j]!) + 1e-5)),
          0,
        ),
      )
      expect([...realism(rowsOf(real, 3), rowsOf(fake, 3), neighbours)]).toEqual(expected)
    }),
    { numRuns: 40 },
  )
})

test("a side without so many neighbours, and features of two networks, are refused in one sentence", () => {
  const [three, nine] = [rowsOf(new Float32Array(3), 1), rowsOf(new Float32Array(9), 1)]
  const chosen = { neighbours: 3, inside: "<=" } as const
  const sentence =
    "Expected more than 3 vectors, each with 3 neighbours, but got 3; judge more images or count fewer neighbours."
  expect(() => precisionRecall(three, nine, chosen)).toThrow(sentence)
  expect(() => precisionRecall(nine, three, chosen)).toThrow(sentence)
  expect(() => precisionRecall(nine, rowsOf(new Float32Array(8), 2), chosen)).toThrow(
    "Expected equally many features on both sides, but got 1 and 2; features of one network and one tap are compared.",
  )
})

test("resamplings that are told by counts have the values that they have when each is drawn and measured by itself", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 4, max: 12 }),
      fc.constantFrom("<", "<="),
      (seed, count, inside) => {
        const options = { neighbours: 2, inside } as const
        const real = rowsOf(gaussianRows(15, 2, seed, "real").map(Math.round), 2)
        const generated = rowsOf(gaussianRows(count, 2, seed, "generated").map(Math.round), 2)
        const drawn = Array.from({ length: 40 }, (_, at) =>
          Int32Array.from({ length: count }, (_, i) => (i * (at + 1) + at) % count),
        )
        const counts = drawn.map((places) => {
          const times = new Uint32Array(count)
          for (const place of places) times[place]!++
          return times
        })
        const together = precisionRecallAmong(real, options).ofCounted(generated, counts)
        const alone = drawn.map((places) =>
          precisionRecall(real, addRows(noRows(2), rowsAt(generated, places)), options),
        )
        for (const [at, values] of together.entries()) {
          for (const [name, value] of Object.entries(values)) {
            expect(value).toBeCloseTo(alone[at]![name as keyof typeof values], 12)
          }
        }
      },
    ),
    { numRuns: 30 },
  )
})
