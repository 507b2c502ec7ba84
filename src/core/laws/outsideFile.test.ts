import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { openEngine } from "@saddlepoint/engine"
import { afterAll, beforeAll, expect, test } from "vitest"
import { isUse } from "../contracts/plugin.ts"
import { checkLaws } from "./checkLaws.ts"
import { lossesIn, lossesOf } from "./targets.ts"

// A whole loss, as a user writes it in a file of their own.
const file = `
import { loss } from "@saddlepoint/core/losses/define"
import * as tf from "@saddlepoint/engine/tf"

/** log cosh, a smooth loss between L2 and L1. */
export const logCosh = loss("reconstruction", {
  name: "logCosh",
  version: 1,
  learner: ({ output, target }) => tf.mean(tf.log(tf.cosh(tf.sub(output, target))), [1, 2, 3]),
  laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => Math.log(Math.cosh(d)) },
})

export default logCosh(10)
`

let folder = ""

beforeAll(async () => {
  await openEngine({ device: "js" })
  // Where users' packages resolve from: their own node_modules
  folder = await mkdtemp(join(tmpdir(), "own-loss-"))
  const workspaces = fileURLToPath(new URL("../../../node_modules/@saddlepoint", import.meta.url))
  await symlink(join(workspaces, ".."), join(folder, "node_modules"), "dir")
  await writeFile(join(folder, "logCosh.ts"), file)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

test("a loss in a user's own file outside the repository is found, checked and usable", async () => {
  const exported: Record<string, unknown> = await import(pathToFileURL(join(folder, "logCosh.ts")).href)
  expect(isUse(exported.default)).toBe(true)
  const targets = lossesIn(exported)
  const { checked, failed } = await checkLaws(targets, { runs: 20 })
  expect(checked.map(({ name }) => name)).toEqual(["logCosh"])
  expect(failed).toBe(0)
  expect(targets.flatMap(lossesOf)[0]!.loss.role).toBe("reconstruction")
})
