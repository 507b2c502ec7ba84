import type { SeenMoment } from "@saddlepoint/lab/contracts/moments"
import fc from "fast-check"
import { expect, test } from "vitest"
import { diagnose } from "./diagnosis.ts"

const output = { name: "fid", higherIsBetter: false, unit: "", range: [0, 1e9] } as const
const healthy = { diversity: 1, duplicates: 0.05, accuracy: 0.6, slope: 1 }

/** Moments at steps 100, 200, ... */
const course = (values: readonly number[], signs: readonly SeenMoment["signs"][] = []): SeenMoment[] =>
  values.map((fid, at) => ({ step: 100 * (at + 1), values: { fid }, signs: signs[at] ?? healthy }))

test("what gave back more than a third of what it had won is past its best, which is said with its step", () => {
  const { state, last, best, evidence } = diagnose(course([100, 50, 20, 40, 60, 60]), output)
  expect({ state, last, best }).toEqual({
    state: "past its best",
    last: { step: 600, value: 60 },
    best: { step: 300, value: 20 },
  })
  expect(evidence).toBe("fid was 20.0 at step 300 and gave back 40 of 80 in all.")
})

test("what gains in its last third is still improving, what hardly moves there has settled", () => {
  expect(diagnose(course([100, 90, 80, 70, 60, 50]), output).state).toBe("still improving")
  expect(diagnose(course([100, 40, 21, 20.5, 20.2, 20]), output).state).toBe("settled")
  expect(diagnose(course([0.1, 0.5, 0.9, 0.9, 0.91, 0.9]), { ...output, higherIsBetter: true }).state).toBe(
    "settled",
  )
})

test("a collapse is dated from the first moment after which nothing was varied again", () => {
  const one = { diversity: 0.12, duplicates: 0.2 }
  const twins = { diversity: 0.9, duplicates: 0.7 }
  const { state, collapsedAt, evidence } = diagnose(course([9, 9, 9, 9], [one, healthy, twins, one]), output)
  expect({ state, collapsedAt }).toEqual({ state: "collapsed", collapsedAt: 300 })
  expect(evidence).toBe("Its samples lie 0.12 times as far apart as real examples.")
  expect(diagnose(course([9, 9, 9], [one, one, healthy]), output).collapsedAt).toBeUndefined()
})

test("an opponent without a gradient is told", () => {
  const dead = { ...healthy, accuracy: 1, slope: 1e-6 }
  expect(diagnose(course([5, 5], [healthy, dead]), output).opponent).toMatch(
    /^ranks 100 % .*nothing to learn from$/,
  )
})

test("the best seen is never worse than the last, whatever the course", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 8 }), (values) => {
      const { last, best } = diagnose(course(values), output)
      expect(best!.value).toBe(Math.min(...values))
      expect(last!.value).toBe(values.at(-1))
    }),
  )
})

test("without a metric the signs alone tell, and nothing is called settled that nobody followed", () => {
  const evidence = (why: string) => `It has not collapsed; more cannot be told, as ${why}.`
  expect(diagnose(course([1, 2, 3]), undefined)).toEqual({
    state: "not known",
    evidence: evidence("no metric is compared"),
    opponent: "ranks 60.0 % of pairs of a real and a generated example right",
  })
  expect(diagnose(course([1, 2, 3]), { ...output, name: "kid" })).toMatchObject({
    state: "not known",
    evidence: evidence("kid judged no moment"),
  })
  expect(diagnose(course([2, 1]), output)).toMatchObject({
    state: "not known",
    evidence: evidence("fid judged 2 of the 3 moments that a course takes"),
  })
  const unjudged = { step: 400, values: {}, signs: healthy }
  expect(diagnose([...course([3, 2, 1]), unjudged], output)).toMatchObject({
    state: "not known",
    evidence: evidence("fid did not judge its end"),
    best: { step: 300, value: 1 },
  })
})

test("what hardly moves has settled, however it ends", () => {
  expect(diagnose(course([1.12, 1.13, 1.117, 1.13]), output).state).toBe("settled")
})
