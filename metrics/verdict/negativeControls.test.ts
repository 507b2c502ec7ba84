import { stream } from "@saddlepoint/engine/random"
import { expect, test } from "vitest"
import { armPairs } from "./armPairs.ts"
import { decideFamily } from "./decision.ts"
import type { Evidence, JudgedTrial } from "./evidence.ts"
import { sameArm } from "./sameArm.ts"
import { shuffledLabels } from "./shuffledLabels.ts"
import { weigh } from "./weigh.ts"

const identity = { split: "test" }

const evidence = (arms: Readonly<Record<string, readonly number[]>>): Evidence => {
  const names = Object.keys(arms)
  return {
    comparisons: names
      .slice(1)
      .map((challenger) => ({ metric: "acc", challenger, baseline: names[0]!, margin: 0, alpha: 0.05 })),
    seeds: arms[names[0]!]!.map((_, seed) => seed),
    trials: names.flatMap((arm) =>
      arms[arm]!.map(
        (value, seed): JudgedTrial => ({
          arm,
          seed,
          status: "completed",
          values: { acc: { value, identity } },
        }),
      ),
    ),
    outputs: [{ name: "acc", higherIsBetter: true, unit: "", range: [0, 1] }],
    controls: { acc: [{ headroom: true, sentence: "", real: { value: 0, identity } }] },
  }
}

const normals = (seeds: number, shift: number, ...key: (string | number)[]) => {
  const draws = stream("test", "controls", ...key)
  return Array.from({ length: seeds }, () => draws.normal() + shift)
}

test("shuffled labels of one comparison that the exact test can decide win in no more than alpha / 2 of all ways", () => {
  for (const shift of [0, 1, 3, 20]) {
    const control = shuffledLabels(evidence({ l1: normals(8, 0, "l1"), gan: normals(8, shift, "gan") }))
    expect(control).toMatchObject({ pairs: 8, relabellings: 256 })
    expect(control.share).toBeLessThanOrEqual(0.025)
    // The labels as they are count among them.
    if (shift === 20) expect(control.falseWins).toBeGreaterThanOrEqual(1)
  }
})

test("of a steady difference the 6 most extreme of 256 labellings win, as the exact test at 5 % has it", () => {
  const l1 = normals(8, 0, "steady")
  const control = shuffledLabels(evidence({ l1, gan: l1.map((value, i) => value + 20 + i / 10) }))
  // floor(256 x 0.05 / 2) = 6
  expect(control.falseWins).toBe(6)
  expect(control.sentence).toBe(
    "Shuffled labels: 6 of 256 relabellings (2.3 %) say better; at most about 5 % are to be expected of labels without meaning.",
  )
})

test("shuffled labels of arms that are alike win rarely, in a family and beyond 11 seeds too", () => {
  for (const seeds of [9, 14]) {
    const arms = {
      l1: normals(seeds, 0, "l1"),
      gan: normals(seeds, 0, "gan"),
      twin: normals(seeds, 0, "twin"),
    }
    const control = shuffledLabels(evidence(arms))
    expect(control.relabellings).toBe(seeds === 9 ? 512 : 2000)
    expect(control.share).toBeLessThanOrEqual(0.05)
  }
})

test("shuffled labels win as often as when every relabelling is decided in full", () => {
  for (const shift of [0, 0.7, 1.5, 4]) {
    const known = evidence({
      l1: normals(7, 0, "all", "l1"),
      gan: normals(7, shift, "all", "gan"),
      twin: normals(7, shift / 2, "all", "twin"),
    })
    const wins = Array.from({ length: 2 ** 7 }, (_, labels) =>
      decideFamily(
        known.comparisons.map((comparison) =>
          weigh(
            comparison,
            known,
            armPairs(known)(comparison).map(({ seed, challenger, baseline }) =>
              (labels >> seed) & 1
                ? { seed, challenger: baseline, baseline: challenger }
                : { seed, challenger, baseline },
            ),
          ),
        ),
      ).some(({ outcome }) => outcome === "better"),
    )
    expect(shuffledLabels(known).falseWins).toBe(wins.filter(Boolean).length)
  }
})

test("with few seeds the controls say that they say little", () => {
  const three = evidence({ l1: [1, 2, 3], gan: [2, 3, 4.5] })
  expect(shuffledLabels(three).sentence).toContain("there are only 8 unlike ones")
  expect(sameArm(three)).toMatchObject({ pairs: 1, relabellings: 0, falseWins: 0, share: null })
  expect(sameArm(three).sentence).toContain("too few seeds")
  expect(sameArm(evidence({ l1: [1, 2, 3, 4], gan: [2, 3, 4.5, 6] })).sentence).toContain(
    "there are only 12 unlike ones",
  )
})

test("an arm does not beat itself on disjoint seeds, however far apart the arms are", () => {
  const control = sameArm(evidence({ l1: normals(12, 0, "l1"), gan: normals(12, 50, "gan") }))
  expect(control).toMatchObject({ pairs: 6, relabellings: 2000 })
  expect(control.share).toBeLessThanOrEqual(0.05)
  expect(sameArm(evidence({ l1: normals(12, 0, "l1"), gan: normals(12, 50, "gan") }))).toEqual(control)
})

test("without a declared comparison there is nothing to control", () => {
  expect(shuffledLabels(evidence({ l1: [1, 2, 3] }))).toMatchObject({ pairs: 0, share: null })
  expect(sameArm(evidence({ l1: [1, 2, 3] }))).toMatchObject({ pairs: 0, share: null })
})
