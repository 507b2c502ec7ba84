import { openEngine } from "@saddlepoint/engine"
import { beforeAll, expect, test } from "vitest"
import { l2 } from "../losses/l2.ts"
import { checkLaws } from "./checkLaws.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

test("between laws the event loop has a turn, so that signals get through", async () => {
  let turns = 0
  let counting = true
  const count = () => {
    turns++
    if (counting) setImmediate(count)
  }
  setImmediate(count)
  const { checked } = await checkLaws([l2()], { runs: 1 })
  counting = false
  expect(checked[0]!.laws.length).toBeGreaterThan(10)
  expect(turns).toBeGreaterThanOrEqual(checked[0]!.laws.length - 1)
})
