import type * as tf from "@saddlepoint/engine/tf"
import { expectClose } from "../../closeness.ts"
import type { Case } from "../../law.ts"
import { examplesWith, fill, tensorsOf } from "../cases.ts"
import type { ExaminedLoss } from "../examined.ts"
import { valuesOf } from "../values.ts"

type Classification = ExaminedLoss<"classification">

/** The class of each example of a case, as the loss sees it. */
export function labelsOf(loss: Classification, one: Case): number[] {
  return Array.from(tensorsOf(loss, one).labels!.dataSync(), (label) => label % one.shape![1]!)
}

/** Logits `[batch, classes]` that are one number for the right class and another for all others. */
export function twoLevels(loss: Classification, one: Case, right: number, others: number): tf.Tensor {
  const [batch, classes] = one.shape!
  const levels = labelsOf(loss, one).flatMap((label) =>
    Array.from({ length: classes! }, (_, at) => (at === label ? right : others)),
  )
  return fill(levels, [batch!, classes!])
}

/** Throws `Broken` unless every side of a loss has this value at these logits. */
export function expectAt(
  loss: Classification,
  one: Case,
  logits: tf.Tensor,
  { what, expected }: { readonly what: string; readonly expected: number },
): void {
  for (const side of loss.sides) {
    const values = valuesOf(side, examplesWith(loss, one, { ...tensorsOf(loss, one), logits }))
    expectClose(
      `${side.name} ${what}`,
      values,
      values.map(() => expected),
    )
  }
}
