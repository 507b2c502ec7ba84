import { expect, test } from "vitest"
import { type AnswerKind, judgeable } from "../../contracts/method.ts"
import type { Judged } from "../../contracts/metric.ts"
import { armOf, everyAnswer, metricOf } from "../../testing/answerKinds.ts"
import { refusals } from "../../testing/refusals.ts"
import { decodeDefinition } from "./decode.ts"

/** What is wrong with metrics of the given kinds over an arm of each kind of answer. */
function sentences(kinds: readonly AnswerKind[], judged: readonly Judged[]): string[] {
  const definition = {
    name: "judged",
    question: "Can it be judged?",
    arms: Object.fromEntries(kinds.map((kind) => [kind, armOf(kind)])),
    metrics: judged.map((what) => ({ use: metricOf[what].name })),
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  }
  return refusals(() => decodeDefinition(definition, everyAnswer))
}

/** Written out, so that a change of what can be judged is a change of this test. */
const unfit: readonly [AnswerKind, Judged][] = [
  ["translations", "pairs"],
  ["samples", "pairs"],
  ["points", "images"],
  ["points", "pairs"],
  ["points", "classes"],
  ["picture", "pairs"],
  ["pairs", "classes"],
  ["translations", "classes"],
  ["samples", "classes"],
  ["picture", "classes"],
  ["classes", "images"],
  ["classes", "pairs"],
  ["pairs", "points"],
  ["translations", "points"],
  ["samples", "points"],
  ["picture", "points"],
  ["classes", "points"],
]

const kinds = Object.keys(judgeable) as AnswerKind[]
for (const kind of kinds) {
  for (const judged of ["images", "pairs", "points", "classes"] as const) {
    const fits = !unfit.some(([of, what]) => of === kind && what === judged)
    test(`a metric of ${judged} ${fits ? "fits" : "does not fit"} an arm that answers with ${kind}`, () => {
      expect(sentences([kind], [judged])).toEqual(
        fits
          ? []
          : [
              `metrics.0: "${metricOf[judged].name}" judges ${judged} but the arm "${kind}" answers with ${kind}; remove it or choose another metric`,
            ],
      )
    })
  }
}

test("the first arm that a metric does not fit is named, and metrics that fit are left alone", () => {
  expect(sentences(["pairs", "samples", "translations"], ["images", "pairs"])).toEqual([
    'metrics.1: "alignment" judges pairs but the arm "samples" answers with samples; remove it or choose another metric',
  ])
})
