import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { goldenFolder } from "../goldenFolder.ts"
import { resize } from "./resize.ts"

const folder = process.env.SADDLEPOINT_GOLDEN ?? "../../shared/golden"

test.skipIf(!existsSync(folder))("every reference number of resize is met", async () => {
  const cases = await resize(goldenFolder(folder))
  expect(cases.length).toBeGreaterThan(0)
  expect(cases.filter(({ error, tolerance }) => !(error <= tolerance))).toEqual([])
})
