import { stream } from "@saddlepoint/engine/random"
import { describe, expect, test } from "vitest"
import type { Scorer } from "../contracts/scorer.ts"
import { resolve } from "../declare/decode/resolve.ts"
import { pluginMap } from "../declare/definition.ts"
import { scorers } from "./catalogue.ts"

/** What every scorer must do. A new scorer in the catalogue is tested here without a line. */
const plugins = pluginMap(scorers)
const scorerOf = (name: string, options: object = {}): Scorer =>
  resolve("scorer", { use: name, ...options }, plugins)

const [images, classes] = [40, 3]
const source = stream("scorers/conformance.test")
const logits = Float32Array.from({ length: images * classes }, () => 3 * source.normal())

describe.each(scorers.map(({ name }) => name))("%s", (name) => {
  const scorer = scorerOf(name)

  test("gives a finite number, for one image and for the surest answers, too", () => {
    expect(Number.isFinite(scorer.score(logits, classes))).toBe(true)
    expect(Number.isFinite(scorer.score(logits.slice(0, classes), classes))).toBe(true)
    const surest = logits.map((value) => 1e30 * value)
    expect(Number.isFinite(scorer.score(surest, classes))).toBe(true)
  })

  test("tells apart networks that answer differently, and looks at nothing but the logits", () => {
    const before = logits.slice()
    const score = scorer.score(logits, classes)
    expect(scorer.score(logits, classes)).toBe(score)
    expect(logits).toEqual(before)
    expect(
      scorer.score(
        logits.map((value) => value / 4),
        classes,
      ),
    ).not.toBeCloseTo(score, 3)
  })

  test("does not depend on the order of the images, nor on what is added to all logits of one", () => {
    const rows = Array.from({ length: images }, (_, row) => logits.slice(row * classes, (row + 1) * classes))
    const shuffled = Float32Array.from(
      stream("order")
        .shuffle(rows)
        .flatMap((row) => [...row]),
    )
    const raised = logits.map((value, at) => value + Math.floor(at / classes))
    const score = scorer.score(logits, classes)
    expect(scorer.score(shuffled, classes)).toBeCloseTo(score, 10)
    expect(scorer.score(raised, classes)).toBeCloseTo(score, 4) // sums of float32
  })

  test("is described by its name", () => {
    expect(scorer.description.split(",")[0]).toBe(name)
  })
})

/** Logits of sure answers, one class an image. */
const sure = (answers: readonly number[]) =>
  Float32Array.from(answers.flatMap((answer) => [0, 1, 2].map((at) => (at === answer ? 1000 : 0))))

test("information maximisation is ln classes for sure answers of all classes, and 0 for one answer to all or for none", () => {
  const { score } = scorerOf("informationMaximisation")
  expect(score(sure([0, 1, 2, 0, 1, 2]), 3)).toBeCloseTo(Math.log(3), 12)
  expect(score(sure([1, 1, 1]), 3)).toBe(0)
  expect(score(new Float32Array(9), 3)).toBeCloseTo(0, 12)
})

test("soft neighbourhood density is that of the groups: alike answers have cosine 1, unlike ones 0", () => {
  const { score } = scorerOf("softNeighbourhoodDensity", { temperature: 0.5 })
  // Six alike answers: each has five equal neighbours.
  expect(score(sure([2, 2, 2, 2, 2, 2]), 3)).toBeCloseTo(Math.log(5), 12)
  // Two groups of three: two neighbours of weight e^2 and three of weight 1.
  const total = 2 * Math.exp(2) + 3
  const near = Math.exp(2) / total
  const expected = -2 * near * Math.log(near) - (3 / total) * Math.log(1 / total)
  expect(score(sure([0, 0, 0, 1, 1, 1]), 3)).toBeCloseTo(expected, 12)
})

test("soft neighbourhood density has the published temperature, and says which it has", () => {
  const { description, score } = scorerOf("softNeighbourhoodDensity")
  expect(description).toBe("softNeighbourhoodDensity, temperature 0.05")
  // Two groups, so cold that the other group is out of reach.
  expect(score(sure([0, 0, 0, 1, 1, 1]), 3)).toBeCloseTo(Math.log(2), 6)
  expect(() => scorerOf("softNeighbourhoodDensity", { temperature: 0 })).toThrow(/greater than 0/)
})
