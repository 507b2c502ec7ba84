import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { examInWords } from "@saddlepoint/lab/store/results/examInWords"
import { controlFinding, controlNames, controlValue } from "../findings/controls.ts"
import { judgeOf } from "../findings/judgeOf.ts"
import type { Study } from "../findings/study.ts"
import { unlikeControls } from "../findings/unlikeControls.ts"
import { figure, listed } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, type Section, scrolling } from "./section.ts"

/** Whether each metric orders images of known quality as it should. */
export function headroomSection(study: Study): Section {
  const { findings, outputs, controls } = study
  const unlike = unlikeControls(study)
  return {
    id: "headroom",
    title: "Headroom of the metrics",
    body:
      outputs.length === 0
        ? absent("The definition has no metrics.")
        : findings.plan.controls.length === 0
          ? html`<p>Not checked: the plan has no controls. ${known(outputs)}</p>`
          : html`<p class="how">A metric is trusted only where it puts real images before blurred ones and before trivial ones (the mean image; of label maps, the mean colour of each class), on this dataset. Controls say nothing of arms that were judged differently, on another number of images say. Where it does not, it has no headroom and gives no verdict.</p>
${scrolling(
  "Headroom of every metric",
  html`<table><thead><tr><th scope="col">Metric</th>${controlNames.map((name) => html`<th scope="col" class="n">${name}</th>`)}<th scope="col">Finding</th></tr></thead><tbody>${outputs.flatMap(
    (output) =>
      controls.map(
        (set) =>
          html`<tr><th scope="row">${output.name} <span aria-hidden="true">${output.higherIsBetter ? "↑" : "↓"}</span>${set.dataset !== "" && html`<small>dataset ${set.dataset}</small>`}</th>${controlNames.map(
            (control) => {
              const value = controlValue(set, control, output.name)?.value
              return html`<td class="n">${value === undefined ? "–" : figure(value)}</td>`
            },
          )}<td>${controlFinding(set, output).sentence}${judged(study, output)}</td></tr>`,
      ),
  )}</tbody></table>`,
)}${unlike.length > 0 && html`<ul class="plain">${unlike.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}`,
  }
}

/** How well the judge behind a metric learnt its task, where it was trained and examined. */
function judged({ findings }: Study, { name }: MetricOutput): Html | false {
  const judge = judgeOf(findings, name)
  const exam = judge?.result?.exam
  return exam !== undefined && html`<small>${judge!.arm}: ${examInWords(exam)}</small>`
}

/** What perfect answers would score, where the metric says so. */
function known(outputs: readonly MetricOutput[]): string {
  const perfect = outputs.flatMap(({ name, best }) => (best === undefined ? [] : [`${name} ${figure(best)}`]))
  return perfect.length === 0
    ? "Whether a metric has headroom here is not known."
    : `Perfect answers would have ${listed(perfect)}.`
}
