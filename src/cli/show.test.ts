import { afterAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
place.write("tiny.yaml", tinyYaml())

const show = (...words: string[]) => saddlepoint(["show", "tiny.yaml", ...words], place.folder)

test("a definition is shown as it is resolved, with defaults, overrides and the arms of an axis", async () => {
  const { code, stdout, stderr } = await show("--set", "arms.l1.losses[0].weight=.5,2", "--json")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  const { arms } = JSON.parse(stdout)
  expect(Object.keys(arms).sort()).toEqual(["l1/losses.0.weight=0.5", "l1/losses.0.weight=2", "l2"])
  expect(arms.l2.spec).toMatchObject({ use: "pix2pix", losses: [{ use: "l2" }] })
  // Left to its default.
  expect(arms.l2.spec.batch).toBeGreaterThan(0)
})

test("in words it is YAML, and what is wrong with it is told as everywhere", async () => {
  expect((await show()).stdout).toMatch(/^name: tiny-yaml\nquestion: Does YAML run\?\narms:\n/)
  expect(await show("--set", "seeds=none")).toMatchObject({ code: 2, stdout: "" })
})
