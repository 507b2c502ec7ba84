import { expect, test } from "vitest"
import { halfway, type SyntheticArm, syntheticAdaptation } from "../../testing/syntheticAdaptation.ts"
import { studyOf } from "../study.ts"
import { adaptingArms } from "./adaptingArms.ts"
import { gapOf } from "./gap.ts"

const { sourceOnly, targetOnly, dann } = halfway as Record<"sourceOnly" | "targetOnly" | "dann", SyntheticArm>

async function gap(arms: Readonly<Record<string, SyntheticArm>>, arm = "dann") {
  const found = adaptingArms(studyOf(await syntheticAdaptation({ arms })))
  return gapOf(found.find((each) => each.arm.name === arm)!)
}

test("halfway between the bounds on every seed is half of the gap, whatever the seeds share", async () => {
  // Every seed is 0.2 above source-only and 0.2 below target-only.
  const { closed, sentence } = await gap(halfway)
  expect(closed).toMatchObject({ seeds: 3, withoutGap: 0 })
  for (const value of [closed!.fraction, closed!.interval!.low, closed!.interval!.high]) {
    expect(value).toBeCloseTo(0.5, 10)
  }
  expect(sentence).toBeUndefined()
})

test("only seeds that finished in the arm and in both bounds count", async () => {
  // Seeds 1 and 3 are left: (0.7 + 0.8 - 0.5 - 0.6) / (0.9 + 1 - 0.5 - 0.6) = 0.5; seed 2 would have moved it.
  const arms = {
    sourceOnly: { ...sourceOnly, accuracy: [0.5, undefined, 0.6] },
    targetOnly,
    dann: { ...dann, accuracy: [0.7, 0.1, 0.8] },
  }
  const { closed } = await gap(arms)
  expect(closed!.seeds).toBe(2)
  expect(closed!.fraction).toBeCloseTo(0.5, 10)
})

test("the bounds themselves have no share", async () => {
  expect(await gap(halfway, "sourceOnly")).toEqual({})
  expect(await gap(halfway, "targetOnly")).toEqual({})
})

test.each<[string, Readonly<Record<string, SyntheticArm>>, RegExp]>([
  ["no lower bound", { targetOnly, dann }, /no single baseline of the method sourceOnly/],
  ["no upper bound", { sourceOnly, dann }, /no single bound that was trained on the target's labels/],
  [
    "no seed in common",
    {
      sourceOnly: { ...sourceOnly, accuracy: [0.5, undefined, undefined] },
      targetOnly,
      dann: { ...dann, accuracy: [undefined, 0.6, 0.8] },
    },
    /no seed has finished/,
  ],
  [
    "bounds that are equal",
    { sourceOnly, targetOnly: { ...targetOnly, accuracy: [0.5, 0.4, 0.6] }, dann },
    /there is no gap to close/,
  ],
  [
    "bounds the wrong way round",
    { sourceOnly, targetOnly: { ...targetOnly, accuracy: [0.3, 0.3, 0.3] }, dann },
    /there is no gap to close/,
  ],
])("%s leaves the share undefined, in words", async (_name, arms, words) => {
  const { closed, sentence } = await gap(arms)
  expect(closed).toBeUndefined()
  expect(sentence).toMatch(words)
})

test("one seed gives a share without an interval, and so do seeds that doubt the gap", async () => {
  const first = (arm: SyntheticArm) => ({ ...arm, accuracy: arm.accuracy.slice(0, 1) })
  const one = await gap({ sourceOnly: first(sourceOnly), targetOnly: first(targetOnly), dann: first(dann) })
  expect(one.closed!.fraction).toBeCloseTo(0.5, 10)
  expect(one.closed!.interval).toBeUndefined()
  expect(one.sentence).toContain("one seed gives none")
  const doubtful = await gap({ sourceOnly, targetOnly: { ...targetOnly, accuracy: [0.9, 0.3, 0.5] }, dann })
  expect(doubtful.closed!.interval).toBeUndefined()
  expect(doubtful.sentence).toMatch(/in [\d.]+ % of the resampled seeds there is no gap/)
})
