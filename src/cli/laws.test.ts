import { strategiesToCheck } from "@saddlepoint/core/laws/strategies/builtInStrategies"
import { losses } from "@saddlepoint/core/losses/catalogue"
import { afterAll, beforeAll, expect, test } from "vitest"
import { targetsOf } from "./commands/laws.ts"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

/** A strategy in a user's own file: DAN whose weight never comes to 0. */
const restless = `
import { use } from "@saddlepoint/core/contracts/plugin"
import { crossEntropy } from "@saddlepoint/core/losses/crossEntropy"
import { mmd } from "@saddlepoint/core/losses/mmd"
import { matching } from "@saddlepoint/core/methods/adaptation/matching"
import { strategyOptions, strategySlots, weightOption } from "@saddlepoint/core/methods/adaptation/strategy"

export const restless = {
  kind: "method",
  name: "restless",
  version: 1,
  options: { ...strategyOptions, weight: weightOption(1) },
  slots: strategySlots([crossEntropy(), mmd()]),
  build: (parts) => matching({ ...parts, weight: parts.weight + 0.1 }),
}

export default use(restless, { weight: 2 })
`

/** Losses of two roles in a user's own file: a penalty with a forgotten half, and a smoothness that sums over pixels on purpose. */
const ownLosses = `
import { loss } from "@saddlepoint/core/losses/define"
import * as tf from "@saddlepoint/engine/tf"

export const steepness = loss("critic", {
  name: "steepness",
  version: 1,
  opponent: ({ real, score }) => tf.sum(tf.square(tf.grad((x) => tf.sum(score(x)))(real)), [1, 2, 3]),
  laws: { constantSlope: (norm) => norm ** 2 / 2 },
})

export const summed = loss("reconstruction", {
  name: "summed",
  version: 1,
  learner: ({ output, target }) => tf.sum(tf.square(tf.sub(output, target)), [1, 2, 3]),
  laws: { atTarget: 0, smoothAtTarget: true, declines: { meanOverPositions: "The paper sums over pixels." } },
})
`

/** A loss of half the size, of which no fact tells. */
const silent = `
import { loss } from "@saddlepoint/core/losses/define"
import * as tf from "@saddlepoint/engine/tf"

export const silent = loss("adversarial", {
  name: "silent",
  version: 1,
  learner: ({ fake }) => tf.div(tf.mean(tf.softplus(tf.neg(fake.scores.reshape([fake.scores.shape[0], -1]))), 1), 2),
})
`

let place: ReturnType<typeof temporaryFolder>
beforeAll(() => {
  place = temporaryFolder()
  place.write("restless.ts", restless)
  place.write("losses.ts", ownLosses)
  place.write("silent.ts", silent)
  place.write("empty.ts", "export const nothing = 0\n")
})
afterAll(() => place.remove())

test("without a file every built-in loss, or every built-in strategy, is checked", async () => {
  expect(await targetsOf("loss", undefined)).toBe(losses)
  expect(await targetsOf("strategy", undefined)).toBe(strategiesToCheck)
})

test("a strategy in a user's file that breaks a law ends with exit code 1", async () => {
  const { code, stdout } = await saddlepoint(
    ["laws", "restless.ts", "--kind", "strategy", "--runs", "1"],
    place.folder,
  )
  expect(code).toBe(1)
  expect(stdout.match(/^(strategy|loss) .*$/gm)).toEqual(["strategy restless(weight=2)"])
  expect(stdout.match(/^ {2}FAILED .*$/gm)).toEqual(["  FAILED    weightZero"])
  expect(stdout).toMatch(/ {2}FAILED {4}weightZero\n +counterexample .*\n +expected .*, bit for bit, got /)
  expect(stdout).toContain("  ok        symmetry")
  expect(stdout).toContain("1 law is broken.")
})

test("losses of every role are checked, and what one declines stands beside the reason", async () => {
  const { code, stdout } = await saddlepoint(["laws", "losses.ts", "--runs", "10"], place.folder)
  expect(code).toBe(1)
  expect(stdout).toMatch(
    / {2}FAILED {4}constantSlope\n +counterexample .*\n +expected the opponent's loss .*, got /,
  )
  expect(stdout).toContain("  declined  meanOverPositions (The paper sums over pixels.)")
  expect(stdout).toContain("1 law is broken.")
})

test("a loss that declares no facts does not pass: what was not checked is named, told why, and counted", async () => {
  const { code, stdout } = await saddlepoint(["laws", "silent.ts", "--runs", "3"], place.folder)
  expect(code).toBe(0)
  expect(stdout).toContain("  unchecked closedForm (declare laws.values, ")
  expect(stdout).toContain("  unchecked margin (declare laws.margin, ")
  expect(stdout).not.toContain("All laws hold.")
  expect(stdout).toContain(
    "No law is broken, but not all were checked. 2 laws are UNCHECKED for want of facts: ",
  )
  const report = await saddlepoint(["laws", "silent.ts", "--runs", "3", "--json"], place.folder)
  expect(JSON.parse(report.stdout)).toMatchObject({ failed: 0, unchecked: 2 })
})

test.each(["--runs=0", "--runs=-5", "--runs=9999999"])(
  "laws of no case, or of endless ones, are a wrong call: %s",
  async (flag) => {
    const { code, stdout, stderr } = await saddlepoint(["laws", flag], ".")
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toMatch(/^Expected --runs to be a number of cases from 1 to 1000000, but got -?\d+\.\n$/)
  },
)

test("a file without a strategy, and a kind that there is not, are wrong calls", async () => {
  const empty = await saddlepoint(["laws", "empty.ts", "--kind", "strategy"], place.folder)
  expect(empty.code).toBe(2)
  expect(empty.stderr).toContain("Expected empty.ts to export a strategy")
  expect((await saddlepoint(["laws", "--kind", "optimiser"], place.folder)).code).toBe(2)
})
