import { scorePlot, scoreScale } from "../charts/scorePlot.ts"
import type { Adaptation } from "../findings/adaptation/adaptation.ts"
import { targetAccuracy } from "../findings/adaptation/gap.ts"
import { valuesOf } from "../findings/study.ts"
import type { Pictures } from "../pictures/pictures.ts"
import { figure } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { scoresOf } from "./adaptation.ts"
import { pictureStrips } from "./pictures.ts"
import { armLabel } from "./section.ts"

/** What shows the answer before it is read: arms between their bounds where they adapt, what they made where they make pictures. */
export function firstLook(pictures: readonly Pictures[], adaptation: Adaptation | null): Html {
  const adapted = adaptation?.accuracy === true && adaptation.judged ? betweenBounds(adaptation) : false
  return html`${adapted}${pictures.map((each) => html`<div class="look">${pictureStrips(each)}</div>`)}`
}

/** Every arm's accuracy on the first target, from the lower to the upper bound. */
function betweenBounds({ groups: [group] }: Adaptation): Html {
  const rows = group!.arms.flatMap((adapted) => {
    const row = scoresOf(adapted)
    return row === null ? [] : [{ arm: adapted.arm, row }]
  })
  const scale = scoreScale(
    rows.map(({ row }) => row),
    [0, 1],
  )
  return html`<div class="look bounds" role="img" aria-label="${`${targetAccuracy} of every arm: ${rows.map(({ arm, row }) => `${arm.label} ${figure(row.mean)}`).join(", ")}`}">${rows.map(
    ({ arm, row }) =>
      html`<div><span>${armLabel(arm)}</span>${scorePlot(row, scale)}<b>${figure(row.mean)}</b><small>${valuesOf(arm, targetAccuracy).length} seeds</small></div>`,
  )}</div>`
}
