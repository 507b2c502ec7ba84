import type { Study } from "../findings/study.ts"
import { duration } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { scrolling } from "./section.ts"

/** What was tuned before anything was compared, and what that cost each arm. */
export function tuningBody({ findings }: Study): Html {
  const { tuning } = findings.plan
  if (tuning === undefined) {
    return html`<h3>Tuning</h3><p>No tuning was declared: the arms are as they were written.</p>`
  }
  const rows = Object.entries(tuning.arms).map(
    ([arm, { configuration, value, tried, trials, steps, seconds, lost }]) => html`<tr>
<th scope="row">${arm}</th><td class="number">${String(tried)}</td><td class="number">${String(trials)}</td>
<td class="number">${String(steps)}</td><td class="number">${duration(seconds)}</td><td class="number">${String(lost)}</td>
<td class="code">${Object.entries(configuration)
      .map(([path, chosen]) => `${path} = ${JSON.stringify(chosen)}`)
      .join(", ")}</td><td class="number">${value === null ? "–" : value.toPrecision(4)}</td></tr>`,
  )
  const { search, select, seeds } = tuning
  return html`<h3>Tuning</h3>
<p>The search ${search} chose each arm's configuration by ${select} on the validation split, with seeds ${seeds.join(", ")}; what is compared here was played on other seeds and judged on the test split. Where a challenger was tuned more than its baseline, “better” is withheld unless the definition waives that in words.</p>
${scrolling(
  "Tuning by arm",
  html`<table><thead><tr><th scope="col">arm</th><th scope="col">configurations</th><th scope="col">trials</th><th scope="col">steps</th><th scope="col">time</th><th scope="col">lost</th><th scope="col">chosen</th><th scope="col">${select}, validation</th></tr></thead><tbody>${rows}</tbody></table>`,
)}`
}
