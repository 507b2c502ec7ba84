import { expect, test } from "vitest"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { configurationOf } from "./configuration.ts"
import { studyOf } from "./study.ts"

test("what all arms have alike stands once, and each arm has what it alone has, defaults and versions included", async () => {
  const { plan, ...found } = await syntheticFindings({
    arms: { l1: ["baseline", 1, 1, 1, 1], gan: ["challenger", 1, 1, 1, 1] },
  })
  const shared = { generator: { use: "unet", width: 16 }, batch: 4 }
  const specs = {
    l1: { use: "pix2pix", ...shared, losses: [{ use: "l1", weight: 1 }] },
    gan: {
      use: "pix2pix",
      ...shared,
      losses: [
        { use: "adversarial", objective: "bce" },
        { use: "l1", weight: 1 },
      ],
      fields: [1, 4],
    },
  }
  const trials = plan.trials.map((trial) => {
    const spec = specs[trial.arm as keyof typeof specs]
    const plugins = { "method/pix2pix": 2 }
    return {
      ...trial,
      preimage: { spec, steps: 300, data: "b71e", metrics: [{ use: "fid", examples: 100 }], plugins },
    }
  })
  const findings = { ...found, plan: { ...plan, trials } }
  const { shared: alike, arms } = configurationOf(findings.plan, studyOf(findings).arms)
  expect(alike).toEqual([
    ["training steps", "300"],
    ["method", "pix2pix"],
    ["generator", "unet"],
    ["generator.width", "16"],
    ["batch", "4"],
    ["digest of the data", "b71e"],
    ["metrics.0", "fid"],
    ["metrics.0.examples", "100"],
    ["version of method/pix2pix", "2"],
  ])
  expect(arms.map(({ arm, settings }) => [arm.name, settings])).toEqual([
    [
      "l1",
      [
        ["losses.0", "l1"],
        ["losses.0.weight", "1"],
      ],
    ],
    [
      "gan",
      [
        ["losses.0", "adversarial"],
        ["losses.0.objective", "bce"],
        ["losses.1", "l1"],
        ["losses.1.weight", "1"],
        ["fields", "1, 4"],
      ],
    ],
  ])
})
