import { expect, test } from "vitest"
import { type AnswerKind, judgeable, type Method } from "../../contracts/method.ts"
import type { Judged, Metric } from "../../contracts/metric.ts"
import type { Plugin } from "../../contracts/plugin.ts"
import { armOf, everyAnswer, methodOf, metricOf } from "../../testing/answerKinds.ts"
import { refusals } from "../../testing/refusals.ts"
import { decodeDefinition } from "./decode.ts"

/** What is wrong with metrics of the given kinds over an arm of each kind of answer. */
function sentences(
  kinds: readonly AnswerKind[],
  judged: readonly Judged[],
  plugins: ReadonlyMap<string, Plugin> = everyAnswer,
): string[] {
  const definition = {
    name: "judged",
    question: "Can it be judged?",
    arms: Object.fromEntries(kinds.map((kind) => [kind, armOf(kind)])),
    metrics: judged.map((what) => ({ use: metricOf[what].name })),
    compare: [],
    seeds: 1,
    budget: { steps: 1 },
  }
  return refusals(() => decodeDefinition(definition, plugins))
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

/** The plug-ins with a metric of what was asked for, and a method of samples that is told so much. */
function asking(conditions: readonly string[]) {
  const { samples } = methodOf
  const method: Plugin<"method", Method> = {
    ...samples,
    build: (parts) => ({ ...samples.build(parts), conditions }) as Method,
  }
  const metric: Plugin<"metric", Metric> = {
    ...metricOf.images,
    build: (parts) => ({ ...metricOf.images.build(parts), needsAskedClass: true }),
  }
  const own = [method, metric].map((plugin) => [`${plugin.kind}/${plugin.name}`, plugin as Plugin] as const)
  return new Map<string, Plugin>([...everyAnswer, ...own])
}

test("a metric of the class that was asked for judges samples of a method that is told it, and no others", () => {
  const message = (arm: string) =>
    `metrics.0: "distance" judges whether samples are of the class that was asked for but the arm "${arm}" is told no class; make it conditional or choose another metric`
  expect(sentences(["samples"], ["images"], asking(["label"]))).toEqual([])
  expect(sentences(["samples"], ["images"], asking([]))).toEqual([message("samples")])
  expect(sentences(["samples", "translations"], ["images"], asking(["label"]))).toEqual([
    message("translations"),
  ])
})
