import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { goldenFolder } from "../goldenFolder.ts"
import { inception } from "./inception.ts"

const folder = process.env.SADDLEPOINT_GOLDEN ?? "../../shared/golden"

test.skipIf(!existsSync(folder))(
  "every reference number of inception is met",
  { timeout: 180_000 },
  async () => {
    const cases = await inception(goldenFolder(folder))
    expect(cases.length).toBeGreaterThan(0)
    expect(cases.filter(({ error, tolerance }) => !(error <= tolerance))).toEqual([])
  },
)
