import { failuresByArms, relabelled, type Study } from "../findings/study.ts"
import { pFigure } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { scrolling } from "./section.ts"

/** Whether one arm of a pair loses more seeds than the other; a line where no seed was lost. */
export function failureVerdicts(study: Study): Html | false {
  if (study.verdicts.length === 0) return false
  const pairs = failuresByArms(study)
  const hit = pairs.filter(({ failures }) => failures.challenger + failures.baseline > 0)
  if (hit.length === 0) {
    return html`<p>No seed of a compared arm failed or diverged, so there is nothing to compare.</p>`
  }
  return html`<h3>Does one arm fail more often?</h3>
<p class="how">Failed and diverged seeds together, compared over the seeds that were played in both arms by McNemar’s exact test, with Holm’s correction over ${pairs.length === 1 ? "the one pair" : `all ${pairs.length} pairs`} of compared arms. Pairs that lost no seed are left out.</p>
${scrolling(
  "Failures of compared arms",
  html`<table><thead><tr><th scope="col">Arms</th><th scope="col">Outcome</th><th scope="col" class="n">challenger</th><th scope="col" class="n">baseline</th><th scope="col" class="n">adjusted p</th></tr></thead><tbody>${hit.map(
    ({ challenger, baseline, failures }) =>
      html`<tr><th scope="row">${study.label(challenger)}<small>against ${study.label(baseline)}</small></th><td>${failures.outcome}<small>${relabelled(failures.sentence, [challenger, baseline], study)}</small></td><td class="n">${failures.challenger} of ${failures.planned}</td><td class="n">${failures.baseline} of ${failures.planned}</td><td class="n">${pFigure(failures.adjustedP)}<small>alone ${pFigure(failures.pValue)}</small></td></tr>`,
  )}</tbody></table>`,
)}`
}
