import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { AnyLoss } from "../../contracts/loss.ts"
import { checkLaws } from "../checkLaws.ts"
import { lawsOf } from "../lawsOf.ts"
import { made, squared } from "./testing/soundLosses.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

/** A sum over positions, which breaks one law. */
const summed = (declines: Readonly<Record<string, string>>): AnyLoss =>
  made("reconstruction", "summed", {
    learner: ({ output, target }) => squared(tf.sub(output, target)),
    laws: { atTarget: 0, smoothAtTarget: true, declines },
  })

const why = "The paper sums over pixels."

test("a law that is declined is not tried, and the report says why", async () => {
  const { checked, failed } = await checkLaws([summed({ meanOverPositions: why })], { runs: 5 })
  expect(failed).toBe(0)
  const declined = checked[0]!.laws.filter(({ status }) => status === "declined")
  expect(declined).toEqual([{ law: "meanOverPositions", status: "declined", runs: 0, reason: why }])
  for (const law of lawsOf(summed({ meanOverPositions: why }))) await law.verify({ runs: 3 })
})

test.each([
  [
    "that there is not",
    { meanOverPixels: why },
    /^laws.declines.meanOverPixels to name one of the laws shape, finite, .*/,
  ],
  [
    "of another role",
    { margin: why },
    /^laws.declines.margin to name one of the laws .*constantImages, definition$/,
  ],
  ["without a reason", { gradient: " " }, /^laws.declines.gradient to say why, in a sentence$/],
])("declining a law %s is a failure", async (_, declines, expected) => {
  const { checked, failed } = await checkLaws([summed({ meanOverPositions: why, ...declines })], { runs: 5 })
  expect(failed).toBe(1)
  const broken = checked[0]!.laws.filter(({ status }) => status === "failed")
  expect(broken.map(({ law }) => law)).toEqual(Object.keys(declines))
  expect(broken[0]!.expected).toMatch(expected)
})
