import { existsSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { goldenTopics } from "./checkGolden.ts"
import { goldenFolder } from "./goldenFolder.ts"

/** A folder of reference numbers, beside the repository where no other is named. */
const folder = process.env.SADDLEPOINT_GOLDEN ?? "../../shared/golden"

for (const [topic, load] of Object.entries(goldenTopics)) {
  test.skipIf(!existsSync(join(folder, `${topic}.json`)))(
    `every reference number of ${topic} is met`,
    // Whole feature networks are run for some.
    async () => {
      const check = await load()
      const cases = await check(goldenFolder(folder))
      expect(cases.length).toBeGreaterThan(0)
      expect(cases.filter(({ error, tolerance }) => !(error <= tolerance))).toEqual([])
    },
  )
}
