import { differing } from "@saddlepoint/metrics/verdict/differing"
import { listed } from "../writing/figure.ts"
import { controlsLike, controlValue } from "./controls.ts"
import { groupsOf, judgedValuesOf, type Study } from "./study.ts"

/**
 * Sentences on scores that no control may frame, as it was judged differently (on another number of images, say); none where all
 * can be compared.
 */
export function unlikeControls({ arms, outputs, controls }: Study): string[] {
  const real = (metric: string) => controls.flatMap((set) => controlValue(set, "real", metric) ?? [])
  const found = outputs.flatMap(({ name }) =>
    arms.flatMap((arm) => {
      const values = judgedValuesOf(arm, name)
      const judged = real(name)
      if (values.length === 0 || judged.length === 0) return []
      if (controlsLike(controls, name, values) !== undefined) return []
      return [{ metric: name, arm: arm.label, why: differing([judged[0]!, ...values])! }]
    }),
  )
  return groupsOf(found, ({ arm, why }) => JSON.stringify([arm, why])).map((group) => {
    const { arm, why } = group[0]!
    return `On ${listed(group.map(({ metric }) => metric))} the controls say nothing of ${arm}: the identities of their values differ in ${why}.`
  })
}
