import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeAll, expect, test } from "vitest"
import { axis } from "../contracts/axis.ts"
import type { AnyLoss } from "../contracts/loss.ts"
import { InvalidDefinition } from "../contracts/mistake.ts"
import { use } from "../contracts/plugin.ts"
import { adversarial } from "../losses/adversarial.ts"
import { charbonnier } from "../losses/charbonnier.ts"
import { loss } from "../losses/define.ts"
import { l1 } from "../losses/l1.ts"
import { linearSchedule } from "../schedules/linear.ts"
import { checkLaws } from "./checkLaws.ts"
import { lawsOf } from "./lawsOf.ts"
import { lossesIn, lossesOf } from "./targets.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

const namesOf = (target: Parameters<typeof lossesOf>[0]) => lossesOf(target).map(({ name }) => name)

test("an axis stands for one loss per value, and what says how much a loss counts, and when, for none", () => {
  expect(lossesOf(adversarial(axis("bce", "hinge"))).map(({ name }) => name)).toEqual([
    "adversarial(objective=bce)",
    "adversarial(objective=hinge)",
  ])
  expect(namesOf(l1({ weight: axis(1, 100), every: 4, schedule: linearSchedule() }))).toEqual(["l1"])
})

test("a constructor, a plug-in and a built loss stand for themselves", () => {
  const built = l1.plugin.build({ weight: 1 })
  expect([l1, l1.plugin, built].flatMap(namesOf)).toEqual(["l1", "l1", "l1"])
})

test("a module's losses are found alone, in lists and as constructors, once each", () => {
  const found = lossesIn({
    default: { name: "an experiment" },
    seed: 3,
    nothing: undefined,
    generator: use({ kind: "model", name: "unet", version: 1, options: {}, build: () => 0 }),
    mine: l1,
    weak: l1(1),
    strong: l1(100),
    list: [adversarial("bce"), charbonnier({ epsilon: 0.1 })],
    smooth: charbonnier,
    same: l1.plugin,
  })
  expect(found.flatMap(lossesOf).map(({ name }) => name)).toEqual([
    "l1",
    "adversarial(objective=bce)",
    "charbonnier(epsilon=0.1)",
  ])
  expect(lossesIn({ l1, same: l1.plugin }).flatMap(lossesOf)).toHaveLength(1)
})

test("a plug-in that nobody chose options for stands for its examples, or for its defaults where it has none", () => {
  expect(namesOf(l1)).toEqual(["l1"])
  expect(namesOf(charbonnier)).toEqual(["charbonnier", "charbonnier(epsilon=0.1)"])
  expect(namesOf(adversarial.plugin)).toEqual(
    expect.arrayContaining(["adversarial(objective=bce)", "adversarial(objective=hinge)"]),
  )
})

test("networks that a loss sees with and has no default for are stood in for", async () => {
  const seeing = loss("reconstruction", {
    name: "seeing",
    version: 1,
    needs: { eyes: undefined },
    learner({ output, target }, _options, { given }) {
      const seen = (image: tf.Tensor) => given.eyes!.apply({ image }, "evaluate")["features.deep"]!
      return tf.mean(tf.square(tf.sub(seen(output), seen(target))), [1, 2, 3])
    },
    laws: {
      atTarget: 0,
      smoothAtTarget: true,
      declines: {
        meanOverPositions: "A network that pads its images sees their borders.",
        towardsTarget: "A network bends the straight way.",
      },
    },
  })
  const { checked, failed } = await checkLaws([seeing], { runs: 10 })
  expect(failed).toBe(0)
  expect(checked[0]!.laws.find(({ law }) => law === "gradient")!.status).toBe("passed")
})

test("options that do not fit are refused with the loss and the reason", () => {
  const needy = loss("reconstruction", {
    name: "needy",
    version: 1,
    options: { scale: Schema.Finite },
    learner: ({ output, target }) => tf.mean(tf.sub(output, target), [1, 2, 3]),
    laws: { atTarget: 0, smoothAtTarget: false },
  })
  expect(() => lossesOf(needy)).toThrow(InvalidDefinition)
  expect(() => lossesOf(needy)).toThrow(/^needy.scale: expected .*; export the loss with options that fit/)
})

test("a report has the loss's kind and name, and every law with its status and runs", async () => {
  const { checked, failed } = await checkLaws([l1(100)], { runs: 5, seed: 2 })
  expect(failed).toBe(0)
  expect(checked.map(({ kind, name }) => ({ kind, name }))).toEqual([{ kind: "loss", name: "l1" }])
  expect(checked[0]!.laws.map(({ law, status, runs }) => `${law} ${status} ${runs}`)).toEqual([
    "shape passed 5",
    "finite passed 5",
    "repeatable passed 5",
    "steady passed 5",
    "gradient passed 5",
    "rounding passed 5",
    "meanOverPositions passed 5",
    "independentExamples passed 5",
    "batchPermutation passed 5",
    "valueAtTarget passed 5",
    "leastAtTarget passed 5",
    "flatAtTarget notApplicable 0",
    "towardsTarget passed 5",
    "constantDifference passed 5",
    "constantImages notApplicable 0",
    "definition passed 5",
  ])
})

test.each([
  ["none", undefined],
  ["empty ones", {}],
])("a loss without facts, with %s, is unchecked for want of them, law by law", async (_, laws) => {
  const halved = {
    ...{ role: "reconstruction", name: "halved", weight: 1, scope: "example", laws },
    sides: {
      learner: ({ output, target }: { readonly output: tf.Tensor; readonly target: tf.Tensor }) =>
        tf.mean(tf.square(tf.sub(output, target)), [1, 2, 3]).div(2),
    },
  } as unknown as AnyLoss
  const { checked, failed, unchecked } = await checkLaws([halved], { runs: 2 })
  const reports = checked[0]!.laws.filter(({ status }) => status === "unchecked")
  expect(reports.map(({ law }) => law)).toEqual([
    "valueAtTarget",
    "leastAtTarget",
    "flatAtTarget",
    "constantDifference",
    "constantImages",
  ])
  for (const { reason, runs } of reports)
    expect([reason, runs]).toEqual([expect.stringMatching(/^declare laws\.\w+, /), 0])
  expect({ failed, unchecked }).toEqual({ failed: 0, unchecked: 5 })
  expect(lawsOf(halved).map(({ title }) => title)).toContain(
    "halved: leastAtTarget (unchecked: declare laws.atTarget, the value where output equals target)",
  )
})

test.each([
  ["adversarial", ["closedForm", "margin"]],
  ["critic", ["constantSlope", "vanishing", "flatterCritics", "neverNegative"]],
  ["classification", ["undecided", "certain", "ahead"]],
  ["domains", ["definition"]],
] as const)("facts that a loss of role %s does not declare are asked for", async (role, missing) => {
  const sides = { opponent: () => tf.zeros([1]) }
  const mute = { role, name: "mute", weight: 1, scope: "example", sides, laws: {} } as unknown as AnyLoss
  const asked = lawsOf(mute).filter(({ title }) => title.includes("(unchecked: declare laws."))
  expect(asked.map(({ law }) => law)).toEqual(missing)
})

test("a law in a user's test fails with the law, the counterexample, what was expected and how to repeat it", async () => {
  const wrong = loss("reconstruction", {
    name: "halved",
    version: 1,
    learner: ({ output, target }) => tf.mean(tf.square(tf.sub(output, target)), [1, 2, 3]).div(2),
    laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
  })
  const law = lawsOf(wrong).find(({ title }) => title === "halved: constantDifference")!
  await expect(law.verify({ seed: 4 })).rejects.toThrow(
    /^halved breaks the law constantDifference: .*\n {2}counterexample \{"shape":\[1,1,1,1\],.*\n {2}expected .*\n {2}but got .*\n {2}seed 4, path [\d:]+$/,
  )
  expect(await law.run({ seed: 4 })).toMatchObject({ law: "constantDifference", status: "failed" })
  for (const sound of lawsOf(l1(10))) await sound.verify({ runs: 2 })
})

test("a loss that throws is reported with its error", async () => {
  const throwing = loss("reconstruction", {
    name: "throwing",
    version: 1,
    learner: () => {
      throw new Error("no such kernel")
    },
    laws: { atTarget: 0, smoothAtTarget: true },
  })
  expect((await checkLaws([throwing])).checked[0]!.laws[0]).toMatchObject({
    status: "failed",
    got: "an error: no such kernel",
  })
})
