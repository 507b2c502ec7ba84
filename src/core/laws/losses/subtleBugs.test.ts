import { openEngine } from "@saddlepoint/engine"
import { beforeAll, describe, expect, test } from "vitest"
import { lawsOf } from "../lawsOf.ts"
import { adversarial } from "./testing/subtleBugs/adversarial.ts"
import { otherRoles } from "./testing/subtleBugs/otherRoles.ts"
import { reconstruction, worn } from "./testing/subtleBugs/reconstruction.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

for (const [role, bugs] of Object.entries({ reconstruction, adversarial, otherRoles })) {
  describe(role, () => {
    for (const [bug, { broken, laws }] of Object.entries(bugs)) {
      test(`${bug}: ${laws.join(", ")}`, async () => {
        const finding = lawsOf(broken).filter(({ law }) => laws.includes(law))
        const found = await Promise.all(finding.map((law) => law.run({ seed: 3 })))
        expect(found.filter(({ status }) => status === "failed").map(({ law }) => law)).toEqual(laws)
      })
    }
  })
}

test("a loss that changes after 2,500 calls is found by calling it as often", async () => {
  const steady = lawsOf(worn).find(({ law }) => law === "steady")!
  const report = await steady.run()
  expect(report).toMatchObject({ status: "failed", got: expect.stringMatching(/ at call 2[45]\d\d$/) })
})
