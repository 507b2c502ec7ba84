import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import { expect, test } from "vitest"
import { syntheticFindings } from "../testing/syntheticFindings.ts"
import { judgeOf } from "./judgeOf.ts"

/** Findings whose first control was judged on fid by weights of a digest. */
async function judgedBy(digest: string): Promise<Findings> {
  const findings = await syntheticFindings()
  const [first, ...others] = findings.controls
  const fid = { value: 1, identity: { judge: digest } }
  const control = { ...first!, result: { ...first!.result!, metrics: { fid } } }
  return { ...findings, controls: [control, ...others] }
}

test("a metric's judge is the one whose weights are in the identity of its values", async () => {
  const { judges } = await syntheticFindings()
  const digest = judges[0]!.result!.weightsSha256
  expect(judgeOf(await judgedBy(digest), "fid")?.arm).toBe("judge/fid.features")
  expect(judgeOf(await judgedBy(digest), "psnr")).toBeUndefined()
  expect(judgeOf(await judgedBy("other weights"), "fid")).toBeUndefined()
})
