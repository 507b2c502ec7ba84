import type { Outcome } from "@saddlepoint/metrics/verdict/decision"
import type { Verdict } from "@saddlepoint/metrics/verdict/verdict"
import { forestPlot, forestScale } from "../charts/forestPlot.ts"
import { direction, groupsOf, relabelled, type Study } from "../findings/study.ts"
import { figure, pFigure, signed } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { effectsOf } from "./effects.ts"
import { absent, type Section } from "./section.ts"

const GLYPHS: Readonly<Record<Outcome, string>> = {
  better: "▲",
  worse: "▼",
  equivalent: "=",
  inconclusive: "?",
  "no headroom": "∅",
}

/** An outcome as a chip: colour, sign and word, so that none of them is needed alone. */
export function chip(outcome: Outcome): Html {
  const name = outcome === "no headroom" ? "none" : outcome
  return html`<span class="chip ${name}"><span aria-hidden="true">${GLYPHS[outcome]}</span> ${outcome}</span>`
}

/** One row for every declared comparison, with its seeds, interval and margin drawn. */
export function verdictSection(study: Study): Section {
  const { verdicts } = study
  return {
    id: "verdicts",
    title: "Verdicts",
    body:
      verdicts.length === 0
        ? absent("No comparison was declared, so there is nothing to decide.")
        : html`<p class="how">Each row is a comparison that was declared before anything ran: challenger − baseline, paired by training seed. In the drawing, every dot is one seed, the diamond the mean difference, the bar its ${level(verdicts)} % interval for that comparison alone, the line zero, and the shaded band the margin within which a difference counts as none. Outcomes are decided by p values that Holm's procedure adjusted over ${verdicts.length === 1 ? "the one declared comparison" : `all ${verdicts.length} declared comparisons`}, so a bar that leaves zero out can still be inconclusive. Effect sizes describe and decide nothing: they have the sign of the difference, and the probability of improvement is the chance that a seed of the challenger is better than a seed of the baseline. Each line of them opens.</p>
<table class="stacked" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Comparison</th><th role="columnheader" scope="col">Outcome</th><th role="columnheader" scope="col" class="n">Difference</th><th role="columnheader" scope="col">Seeds, interval, margin</th><th role="columnheader" scope="col" class="n">Adjusted p</th><th role="columnheader" scope="col" class="n">Seeds</th></tr></thead>
${groupsOf(verdicts, ({ metric }) => metric).map((group) => metricGroup(study, group))}</table>`,
  }
}

function metricGroup(study: Study, group: readonly Verdict[]): Html {
  const { metric } = group[0]!
  // No output where nothing has finished yet.
  const output = study.outputs.find(({ name }) => name === metric)
  const scale = forestScale(group)
  return html`<tbody role="rowgroup"><tr class="group" role="row"><th colspan="6" scope="rowgroup" role="rowheader">${metric}${output !== undefined && output.unit !== "" && ` (${output.unit})`}${output !== undefined && html` <small>${direction(output)}: a better challenger lies ${output.higherIsBetter ? "right" : "left"} of zero</small>`}</th></tr>
${group.map((verdict) => rows(study, verdict, scale))}</tbody>`
}

function rows(study: Study, verdict: Verdict, scale: ReturnType<typeof forestScale>): Html {
  const { challenger, baseline, outcome, difference, low, high, adjustedP, pValue, exactP, seeds, planned } =
    verdict
  const known = difference !== null && low !== null && high !== null
  return html`<tr class="top" role="row"><th scope="row" role="rowheader">${study.label(challenger)}<small>against ${study.label(baseline)}</small></th>
<td role="cell">${chip(outcome)}</td>
<td class="n" role="cell" data-label="difference">${known ? signed(difference) : "–"}${known && html`<small>${signed(low)} to ${signed(high)}</small>`}</td>
<td class="plot" role="cell" data-label="seeds">${forestPlot(verdict, scale)}</td>
<td class="n" role="cell" data-label="adjusted p">${adjustedP === null ? "–" : pFigure(adjustedP)}${pValue !== null && html`<small>alone ${pFigure(pValue)}</small>`}${exactP !== null && html`<small>sign-flip ${pFigure(exactP)}</small>`}</td>
<td class="n" role="cell" data-label="seeds">${seeds}${seeds !== planned && html`<small>of ${planned} planned</small>`}</td></tr>
<tr class="sub" role="row"><td class="why" colspan="6" role="cell"><p>${relabelled(verdict.sentence, [challenger, baseline], study)}</p>${effectsOf(verdict)}</td></tr>`
}

function level(verdicts: readonly Verdict[]): string {
  return figure(100 * (1 - verdicts[0]!.alpha), 2)
}
