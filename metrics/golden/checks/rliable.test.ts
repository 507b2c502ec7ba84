import { existsSync } from "node:fs"
import { expect, test } from "vitest"
import { goldenFolder } from "../goldenFolder.ts"
import { rliable } from "./rliable.ts"

const folder = process.env.SADDLEPOINT_GOLDEN ?? "../../shared/golden"

test.skipIf(!existsSync(folder))(
  "every reference number of rliable is met",
  async () => {
    const cases = await rliable(goldenFolder(folder))
    expect(cases.length).toBeGreaterThan(0)
    expect(cases.filter(({ error, tolerance }) => !(error <= tolerance))).toEqual([])
  },
  60_000,
)
