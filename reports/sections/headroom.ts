import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { Study } from "../findings/study.ts"
import { controlNames, controlValue } from "../findings/verdicts.ts"
import { figure, listed } from "../writing/figure.ts"
import { html } from "../writing/html.ts"
import { absent, type Section, scrolling } from "./section.ts"

/** Whether each metric can tell good from bad here at all. */
export function headroomSection({ findings, outputs, headrooms }: Study): Section {
  return {
    id: "headroom",
    title: "Can the metrics tell good from bad here?",
    body:
      outputs.length === 0
        ? absent("The definition has no metrics.")
        : findings.plan.controls.length === 0
          ? html`<p>Not checked: the plan has no controls. ${known(outputs)}</p>`
          : html`<p class="how">A metric is trusted only where it puts real images before blurred ones and before images without any detail, on this dataset. Where it does not, it has no headroom and gives no verdict.</p>
${scrolling(
  "Headroom of every metric",
  html`<table><thead><tr><th scope="col">Metric</th>${controlNames.map((name) => html`<th scope="col" class="n">${name}</th>`)}<th scope="col">Finding</th></tr></thead><tbody>${outputs.map(
    ({ name, higherIsBetter }) =>
      html`<tr><th scope="row">${name} <span aria-hidden="true">${higherIsBetter ? "↑" : "↓"}</span></th>${controlNames.map(
        (control) => {
          const value = controlValue(findings, control, name)?.value
          return html`<td class="n">${value === undefined ? "–" : figure(value)}</td>`
        },
      )}<td>${headrooms[name]?.sentence ?? `Headroom of ${name} was not checked: the plan has no controls.`}</td></tr>`,
  )}</tbody></table>`,
)}`,
  }
}

/** What perfect answers would score, where the metric says so. */
function known(outputs: readonly MetricOutput[]): string {
  const perfect = outputs.flatMap(({ name, best }) => (best === undefined ? [] : [`${name} ${figure(best)}`]))
  return perfect.length === 0
    ? "Whether a metric can tell good from bad here is not known."
    : `Perfect answers would have ${listed(perfect)}.`
}
