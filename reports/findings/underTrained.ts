import { mean } from "@saddlepoint/metrics/maths/statistics/mean"
import { figure, listed } from "../writing/figure.ts"
import { controlsLike, controlValue } from "./controls.ts"
import { type Arm, judgedValuesOf, type Study } from "./study.ts"

/** A fixed loss that falls by more than this share from the third to the last quarter of training still improves. */
export const STILL_FALLING = 0.05

/**
 * Sentences on signs of too short a training; none without signs. Two rules, fixed beforehand: every arm's mean is
 * worse than the trivial control on a metric that has headroom; or a baseline's total loss (a fixed target, unlike an
 * adversarial one) fell by more than 5 % from the third to the last quarter of its steps.
 */
export function underTraining(study: Study): string[] {
  return [...worseThanTrivial(study), ...stillFalling(study.arms)]
}

function worseThanTrivial({ arms, outputs, headrooms, controls }: Study): string[] {
  const hit = outputs.filter((output) => {
    if (headrooms[output.name]?.headroom === false) return false
    const judged = arms.flatMap((arm) => {
      const values = judgedValuesOf(arm, output.name)
      return values.length === 0 ? [] : [values]
    })
    return (
      judged.length > 0 &&
      judged.every((values) => {
        const like = controlsLike(controls, output.name, values)
        const trivial = like && controlValue(like, "trivial", output.name)?.value
        const own = mean(values.map(({ value }) => value))
        return trivial !== undefined && (output.higherIsBetter ? own < trivial : own > trivial)
      })
    )
  })
  return hit.length === 0
    ? []
    : [
        `Under-trained: on ${listed(hit.map(({ name }) => name))} the mean of every arm is worse than the trivial control, so the order of the arms there says little about trained models.`,
      ]
}

function stillFalling(arms: readonly Arm[]): string[] {
  const falls = arms
    .filter(({ role }) => role === "baseline")
    .flatMap((arm) => {
      const drops = arm.trials.flatMap(({ status, curves }) => {
        const columns = [...curves.losses].flatMap(([key, column]) =>
          key.endsWith("/total") ? [column] : [],
        )
        const totals = curves.steps.flatMap((_, at) =>
          columns.flatMap((column) => (Number.isNaN(column[at]) ? [] : [column[at]!])),
        )
        const quarter = Math.floor(totals.length / 4)
        if (status !== "completed" || quarter < 2) return []
        const third = mean(totals.slice(2 * quarter, 3 * quarter))
        const last = mean(totals.slice(3 * quarter))
        return third > 0 ? [1 - last / third] : []
      })
      const drop = drops.length === 0 ? 0 : mean(drops)
      return drop > STILL_FALLING ? [`${arm.label} by ${figure(100 * drop, 2)} %`] : []
    })
  return falls.length === 0
    ? []
    : [
        `Training was short: losses were still falling from the third to the last quarter of the steps (${listed(falls)}), so longer training may change the order.`,
      ]
}
