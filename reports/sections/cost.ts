import { mean } from "@saddlepoint/metrics/maths/statistics/mean"
import type { Study } from "../findings/study.ts"
import { duration, grouped } from "../writing/figure.ts"
import { html } from "../writing/html.ts"
import { absent, armLabel, type Section, scrolling } from "./section.ts"

/** Time, size and memory of every arm. */
export function costSection({ arms, findings }: Study): Section {
  const rows = arms.flatMap((arm) => {
    const results = arm.trials.flatMap(({ result }) => (result === undefined ? [] : [result]))
    return results.length === 0
      ? []
      : [{ arm, results, train: mean(results.map(({ trainSeconds }) => trainSeconds)) }]
  })
  const longest = Math.max(...rows.map(({ train }) => train), 1e-9)
  const all = [...findings.trials, ...findings.controls, ...findings.judges]
  const total = all.reduce((sum, { result }) => sum + (result?.seconds ?? 0), 0)
  return {
    id: "cost",
    title: "What it cost",
    body:
      rows.length === 0
        ? absent("No trial has a result, so no cost is known.")
        : html`<p class="how">Wall-clock times of single trials, means over seeds; several trials may have shared the machine. All published ${findings.plan.controls.length + findings.plan.judges.length > 0 ? "trials, controls and judges" : "trials"} together took ${duration(total)} of trial time.</p>
${scrolling(
  "Cost of every arm",
  html`<table><thead><tr><th scope="col">Arm</th><th scope="col" class="n">training</th><th scope="col" class="n">training and judging</th><th scope="col" class="n">steps</th><th scope="col" class="n">trained parameters</th><th scope="col" class="n">peak memory</th></tr></thead><tbody>${rows.map(
    ({ arm, results, train }) => {
      const parameters = Object.entries(results[0]!.parameters)
      return html`<tr><th scope="row">${armLabel(arm)}</th><td class="n">${duration(train)}<span class="bar" style="width:${Math.max(2, Math.round((100 * train) / longest))}%"></span></td><td class="n">${duration(mean(results.map(({ seconds }) => seconds)))}</td><td class="n">${grouped(results[0]!.steps)}</td><td class="n">${grouped(parameters.reduce((sum, [, count]) => sum + count, 0))}${parameters.length > 1 && parameters.map(([player, count]) => html`<small>${player} ${grouped(count)}</small>`)}</td><td class="n">${grouped(Math.max(...results.map(({ peakMemory }) => peakMemory)))} MiB</td></tr>`
    },
  )}</tbody></table>`,
)}`,
  }
}
