import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import type { AnyLoss, Role } from "../../contracts/loss.ts"
import type { Case } from "../law.ts"
import { casesOf, examplesOf, rowsOf, tensorsOf } from "./cases.ts"
import { type ExaminedLoss, everyRole, examine } from "./examined.ts"
import { soundLosses } from "./testing/soundLosses.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const examined = Object.fromEntries(
  Object.values(soundLosses).map((loss) => [loss.role, examine(loss)]),
) as Record<Role, ExaminedLoss>

/** As many cases as a law tries. */
const casesFor = (role: Role, extreme = false): readonly Case[] =>
  fc.sample(casesOf(examined[role], { extreme }), { numRuns: 100, seed: 1 })

/** Whether some position of some case is such, of two inputs of one shape. */
const some = (role: Role, [one, other]: readonly [string, string], is: (a: number, b: number) => boolean) =>
  casesFor(role).some((example) =>
    tf.tidy(() => {
      const tensors = tensorsOf(examined[role], example)
      const [a, b] = [tensors[one]!.dataSync(), tensors[other]!.dataSync()]
      return a.some((value, at) => is(value, b[at]!))
    }),
  )

test("every role has a sound loss, examples of one alone and of up to 9, and unlike height and width", () => {
  expect(Object.keys(examined).sort()).toEqual([...everyRole].sort())
  for (const role of everyRole) {
    const shapes = casesFor(role).map(({ shape }) => shape!)
    const batches = shapes.map(([batch]) => batch!)
    expect([role, Math.min(...batches)]).toEqual([role, role === "domains" ? 2 : 1])
    expect([role, Math.max(...batches)]).toEqual([role, 9])
    const maps = shapes.filter(({ length }) => length === 4)
    if (maps.length > 0) expect(maps.some(([, height, width]) => height !== width)).toBe(true)
  }
})

test.each([
  ["images", "reconstruction", 17, 8],
  ["feature maps", "features", 17, 8],
  ["a critic's images", "critic", 17, 8],
  ["maps of scores", "adversarial", 12, 1],
] as const)("the laws meet %s of 1 to many sides and channels", (_, role, mostSide, mostChannels) => {
  const maps = casesFor(role).flatMap(({ shape }) => (shape!.length === 4 ? [shape!] : []))
  const [sides, channels] = [
    maps.flatMap(([, ...sides]) => sides.slice(0, 2)),
    maps.map((shape) => shape[3]!),
  ]
  expect([Math.min(...sides), Math.max(...sides)]).toEqual([1, mostSide])
  expect([Math.min(...channels), Math.max(...channels)]).toEqual([1, mostChannels])
})

test("in some cases values go on beyond the lists, as the seed of their spread draws them, and in others they are repeated", () => {
  const [loss, shape] = [examined.adversarial, [4, 3, 3, 1]]
  const scores = (one: Case) => tf.tidy(() => Array.from(tensorsOf(loss, { shape, ...one }).real!.dataSync()))
  const repeated = scores({ real: [1, 2] })
  const spread = scores({ real: [1, 2], spread: [5] })
  expect(repeated.slice(0, 5)).toEqual([1, 2, 1, 2, 1])
  expect(spread.slice(0, 2)).toEqual([1, 2])
  expect(new Set(spread).size).toBeGreaterThan(20)
  expect(Math.max(...spread.map(Math.abs))).toBeLessThanOrEqual(20)
  expect(scores({ real: [1, 2], spread: [5] })).toEqual(spread)
  expect(scores({ real: [1, 2], spread: [6] })).not.toEqual(spread)
  const seeds = casesFor("adversarial").map(({ spread }) => spread !== undefined)
  expect(new Set(seeds)).toEqual(new Set([true, false]))
})

test.each([
  ["images that differ by 2", "reconstruction", ["output", "target"], (a, b) => Math.abs(a - b) === 2],
  ["pixels at their target", "reconstruction", ["output", "target"], (a, b) => a === b],
  ["features at their target", "features", ["output1", "target1"], (a, b) => a === b],
  ["scores of 20", "adversarial", ["real", "fake"], (a) => Math.abs(a) === 20],
  ["scores that are equal", "adversarial", ["real", "fake"], (a, b) => a === b],
  ["scores of 0", "adversarial", ["real", "fake"], (a) => a === 0],
  ["logits of 20", "classification", ["logits", "logits"], (a) => Math.abs(a) === 20],
  ["equal features of both domains", "domains", ["source", "target"], (a, b) => a === b],
  ["a critic without weights", "critic", ["weights", "weights"], (a) => a === 0],
] as const satisfies readonly (readonly [
  string,
  Role,
  readonly [string, string],
  (a: number, b: number) => boolean,
])[])("the laws meet %s", (_, role, inputs, is) => {
  expect(some(role, inputs, is)).toBe(true)
})

test("extreme examples are often all the same, as of a network that died", () => {
  const dead = casesFor("domains", true).filter(({ source, target }) =>
    [...source!, ...target!].every((value) => value === source![0]),
  )
  expect(dead.length).toBeGreaterThan(2)
})

test("a regulariser that does not say what it is defined for is told to", () => {
  const sides = { learner: () => tf.zeros([1]) }
  const loss = { role: "regulariser", name: "mute", weight: 1, scope: "example", sides, laws: {} }
  expect(() => examine(loss as unknown as AnyLoss)).toThrow(
    "Expected laws.values of the regulariser mute to say which values",
  )
})

test("an example draws the same alone, in another place, and again; draws that all share stay", () => {
  const drawn: number[][] = []
  const loss = {
    role: "regulariser",
    name: "drawing",
    weight: 1,
    scope: "example",
    sides: {
      learner({ values }, { draw }) {
        const [rows] = values.mean!.shape
        const own = draw("own", [rows!, 2], { kind: "normal" })
        const shared = draw("shared", [1, 2], { kind: "uniform" })
        const noise = tf.add(own, shared)
        for (let row = 0; row < rows!; row++)
          drawn.push(Array.from(noise.dataSync()).slice(2 * row, 2 * row + 2))
        return tf.sum(noise, 1)
      },
    },
    laws: { values: { mean: [1] } },
  } satisfies AnyLoss
  tf.tidy(() => {
    const one = examine(loss)
    const examples = examplesOf(one, { shape: [3], mean: [0] })
    for (const rows of [[0, 1, 2], [2, 0, 1], [1]]) one.sides[0]!.of(rowsOf(one, examples, rows))
    one.sides[0]!.of(examplesOf(one, { shape: [3], mean: [0] }))
  })
  const [a, b, c, ...others] = drawn
  expect(others).toEqual([c, a, b, b, a, b, c])
  expect(new Set([a, b, c].map(String)).size).toBe(3)
})
