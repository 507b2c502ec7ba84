import { expect, test } from "vitest"
import {
  clean,
  halfway,
  rotated,
  type SyntheticArm,
  syntheticAdaptation,
} from "../../testing/syntheticAdaptation.ts"
import { syntheticFindings } from "../../testing/syntheticFindings.ts"
import { studyOf } from "../study.ts"
import { adaptingArms } from "./adaptingArms.ts"

const { sourceOnly, targetOnly, dann } = halfway as Record<"sourceOnly" | "targetOnly" | "dann", SyntheticArm>

/** Names of the bounds of every arm: `[lower, upper]`. */
async function boundsOf(arms: Readonly<Record<string, SyntheticArm>>) {
  const found = adaptingArms(studyOf(await syntheticAdaptation({ arms })))
  return Object.fromEntries(
    found.map(({ arm, lower, upper }) => [arm.name, [lower?.name ?? null, upper?.name ?? null]]),
  )
}

test("arms that answer with images do not adapt, and arms whose record says classes do", async () => {
  const findings = await syntheticFindings()
  expect(adaptingArms(studyOf(findings))).toEqual([])
  const said = findings.trials.map((trial) => ({ ...trial, answers: "classes" as const }))
  expect(adaptingArms(studyOf({ ...findings, trials: said }))).toHaveLength(5)
  // Data of two domains say nothing of a method that learns to translate between them.
  const adapting = await syntheticAdaptation()
  const translating = adapting.trials.map((trial) => ({ ...trial, answers: "translations" as const }))
  expect(adaptingArms(studyOf({ ...adapting, trials: translating }))).toEqual([])
})

test("the lower bound is the baseline of source-only training, the upper that of the target as its own source", async () => {
  expect(await boundsOf(halfway)).toEqual({
    sourceOnly: ["sourceOnly", "targetOnly"],
    targetOnly: ["sourceOnly", "targetOnly"],
    dann: ["sourceOnly", "targetOnly"],
  })
})

test("a baseline of another method is no lower bound, and a bound with another source no upper one", async () => {
  expect(
    await boundsOf({
      coral: { ...sourceOnly, use: "deepCoral" },
      other: { ...targetOnly, source: clean },
      dann,
    }),
  ).toEqual({ coral: [null, null], other: [null, null], dann: [null, null] })
})

test("every target has bounds of its own, and an upper bound with two lower ones has none of them", async () => {
  const blurred = { use: "glyphs", size: 28, domain: "blurred" }
  const bounds = await boundsOf({
    sourceOnly,
    sourceOnly2: { ...sourceOnly, target: blurred },
    targetOnly,
    dann,
    dann2: { ...dann, target: blurred },
    ownSource: { ...sourceOnly, source: blurred },
  })
  expect(bounds.dann).toEqual(["sourceOnly", "targetOnly"])
  expect(bounds.dann2).toEqual(["sourceOnly2", null])
  expect(bounds.targetOnly).toEqual([null, "targetOnly"])
})

test("of lower bounds at several points of an axis the one at the arm's own point is taken", async () => {
  const bounds = await boundsOf({
    "sourceOnly/batch=8": sourceOnly,
    "sourceOnly/batch=32": sourceOnly,
    "dann/batch=32": dann,
    cdan: { ...dann, use: "cdan" },
  })
  expect(bounds["dann/batch=32"]).toEqual(["sourceOnly/batch=32", null])
  expect(bounds.cdan).toEqual([null, null])
})

test("of two baselines on one source an arm's lower bound is the one that it is compared with, and each is its own", async () => {
  const arms = { ...halfway, normalised: sourceOnly }
  const findings = await syntheticAdaptation({ arms, against: "normalised" })
  const found = adaptingArms(studyOf(findings))
  expect(found.map(({ arm, lower }) => [arm.name, lower?.name])).toEqual([
    ["sourceOnly", "sourceOnly"],
    ["targetOnly", undefined],
    ["dann", "normalised"],
    ["normalised", "normalised"],
  ])
})

test("an arm that an oracle chose has bounds that an oracle chose, or none", async () => {
  const selection = "targetOracle"
  expect((await boundsOf({ ...halfway, told: { ...dann, selection } })).told).toEqual([null, null])
  const oracles = { low: { ...sourceOnly, selection }, told: { ...dann, selection } }
  expect(await boundsOf({ ...halfway, ...oracles })).toMatchObject({
    told: ["low", null],
    dann: ["sourceOnly", "targetOnly"],
  })
})

test("domains are told by their names and by the options in which they differ", async () => {
  const arms = { sourceOnly, targetOnly, real: { ...dann, source: { use: "mnist", channels: 1 } } }
  const found = adaptingArms(studyOf(await syntheticAdaptation({ arms })))
  expect(found.map(({ source, target }) => [source, target])).toEqual([
    ["glyphs", "glyphs (domain rotated)"],
    ["glyphs (domain rotated)", "glyphs (domain rotated)"],
    ["mnist", "glyphs (domain rotated)"],
  ])
  expect(found[0]!.targetKey).toBe(JSON.stringify(rotated))
})

test("domains are those of the plan, so that two folders of equal options are two domains, called as the user does", async () => {
  const folder = (digest: string, name: string) => ({
    name,
    spec: { use: "imageFolder", folder: `office/${name}/images` },
    digest,
  })
  const [photos, drawings] = [folder("a", "photos"), folder("b", "drawings")]
  const { plan, ...findings } = await syntheticAdaptation()
  // As a preimage has it: without where files lie.
  const trials = plan.trials.map((trial) => ({
    ...trial,
    preimage: { spec: { use: "method", data: { use: "adaptation", source: {}, target: {} } } },
  }))
  const arms = plan.arms.map((arm) => {
    const domains = { source: arm.role === "bound" ? drawings : photos, target: drawings }
    return { ...arm, answers: "classes" as const, selection: "targetOracle", domains }
  })
  const found = adaptingArms(studyOf({ ...findings, plan: { ...plan, arms, trials } }))
  expect(found.map(({ source, target, arm, upper }) => [source, target, arm.oracle, upper?.name])).toEqual([
    ["photos", "drawings", true, "targetOnly"],
    ["drawings", "drawings", true, "targetOnly"],
    ["photos", "drawings", true, "targetOnly"],
  ])
})
