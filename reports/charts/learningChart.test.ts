import { lossCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import { expect, test } from "vitest"
import { studyOf } from "../findings/study.ts"
import { syntheticAdaptation } from "../testing/syntheticAdaptation.ts"
import { learningChart } from "./learningChart.ts"

test("the steps of a later stage are drawn where they were played, as a journal counts over all stages", async () => {
  const [arm] = studyOf(await syntheticAdaptation()).arms
  const step = (stage: string, index: number, loss: string) =>
    ({ event: "step", stage, step: index, seconds: index, losses: { [loss]: 1 + index } }) as const
  const journal = [
    ...Array.from({ length: 10 }, (_, index) => step("source", index, "classifier/task")),
    ...Array.from({ length: 10 }, (_, index) => step("feature", 10 + index, "target/confusion")),
  ]
  const trials = [{ ...arm!.trials[0]!, curves: lossCurves(journal) }]
  const { html } = learningChart("chart", "target/confusion", [{ ...arm!, trials }]).svg
  expect(html).toContain(
    "target/confusion over 19 steps, means over seeds, first and last: sourceOnly 11.0 to 20.0.",
  )
})
