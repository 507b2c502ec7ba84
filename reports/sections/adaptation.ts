import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import { mean, meanInterval } from "@saddlepoint/metrics/maths/statistics/mean"
import { type ScoreRow, type ScoreScale, scorePlot, scoreScale } from "../charts/scorePlot.ts"
import { seriesColour } from "../drawing/palette.ts"
import {
  type Adaptation,
  type Adapted,
  type AdaptedGroup,
  groupTitle,
} from "../findings/adaptation/adaptation.ts"
import { targetAccuracy } from "../findings/adaptation/gap.ts"
import { type Arm, direction, groupsOf, type Study, valuesOf } from "../findings/study.ts"
import { duration, figure, listed } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, armLabel, type Section, scrolling } from "./section.ts"

/** How far each arm came from the source towards the target, framed by the bounds; what else can be said without labels. */
export function adaptationSection(study: Study, adaptation: Adaptation): Section {
  const { groups, accuracy, judged } = adaptation
  const table = accuracy ? accuracyGroup : unlabelledGroup
  const headed = groups.length > 1
  return {
    id: "adaptation",
    title: "From the source to the target",
    body: !judged
      ? absent("No trial of an arm that adapts has been judged yet.")
      : html`${accuracy ? howAccuracy(groups) : howUnlabelled(study, adaptation)}
${groups.map((group) => html`${headed && html`<h3>${groupTitle(group)}</h3>`}${group.oracle && oracleWarning}${table(study, group)}`)}`,
  }
}

const oracleWarning = html`<p class="how">Labels of the target chose which checkpoint of these arms was judged. Such labels are not available in practice, so these numbers are reported separately and compared with no others.</p>`

function howAccuracy(groups: readonly AdaptedGroup[]): Html {
  const bounded = groups.some(({ arms }) => arms.some(({ lower, upper }) => lower && upper))
  return html`<p class="how">Accuracy on the test split of a target whose labels no arm was trained on, but for the upper bound: mean over the finished seeds and its 95 % interval (Student's t). In the drawing every dot is one seed, the diamond the mean, the bar its interval, cut where it leaves 0 to 1; the solid line is the lower bound (trained on the source alone), the dashed line the upper bound (trained on the target's labels), and the band between them the gap. The accuracy on the source's own test split shows what adapting cost there.${
    bounded &&
    " The share of the gap closed is (arm − lower) / (upper − lower), of means over the seeds that all three finished; its 95 % interval resamples those seeds, each with all three of its runs. Below 20 seeds such intervals are too narrow: they describe and decide nothing."
  } Training times are means over seeds, on a machine that may have done other things beside.</p>`
}

function howUnlabelled(study: Study, adaptation: Adaptation): Html {
  const known = adaptation.groups.some(({ arms }) => arms.some(({ answers }) => answers?.labelled))
  const why = known ? "no metric of the plan judged it" : "the labels of the target are not known"
  const names = listed(unlabelledOutputs(study).map(({ name }) => name))
  return html`<p>Accuracy on the target is not known: ${why}.${names !== "" && ` What stands here instead (${names}) reads the answers alone, and a classifier can be confident and wrong, so no order of the arms follows from it.`}</p>`
}

/** Outputs that were judged without labels of the target. */
function unlabelledOutputs({ outputs }: Study): readonly MetricOutput[] {
  return outputs.filter(
    ({ name }) => ![targetAccuracy, "targetClassAccuracy", "sourceAccuracy"].includes(name),
  )
}

function accuracyGroup(_study: Study, { arms }: AdaptedGroup): Html {
  const rows = arms.map((adapted) => ({ adapted, row: scoresOf(adapted) }))
  const drawn = rows.flatMap(({ row }) => row ?? [])
  const scale = scoreScale(drawn, [0, 1])
  return html`${domains(arms)}<table class="stacked" role="table"><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Arm</th><th role="columnheader" scope="col" class="n">Target accuracy</th><th role="columnheader" scope="col">Seeds, interval, bounds</th><th role="columnheader" scope="col" class="n">Source accuracy</th><th role="columnheader" scope="col" class="n">Gap closed</th><th role="columnheader" scope="col" class="n">Training</th></tr></thead>
<tbody role="rowgroup">${rows.map(({ adapted, row }) => accuracyRow(adapted, row, scale))}</tbody></table>
${remarks(arms)}`
}

function accuracyRow(adapted: Adapted, row: ScoreRow | null, scale: ScoreScale): Html {
  const { arm, upper } = adapted
  return html`<tr class="whole" role="row"><th scope="row" role="rowheader">${armLabel(arm)}<small>${standing(adapted)}</small></th>
<td class="n" role="cell" data-label="target accuracy">${average(arm, targetAccuracy)}</td>
<td class="plot" role="cell">${row === null ? html`<span class="absent">no finished seed</span>` : scorePlot(row, scale)}</td>
<td class="n" role="cell" data-label="source accuracy">${arm === upper ? html`–<small>its source is the target</small>` : average(arm, "sourceAccuracy")}</td>
<td class="n" role="cell" data-label="gap closed">${gapCell(adapted)}</td>
<td class="n" role="cell" data-label="training">${trainingOf(arm)}</td></tr>`
}

/** Scores of an arm and the bounds that frame them; null before a seed has finished. */
export function scoresOf({ arm, lower, upper }: Adapted): ScoreRow | null {
  const values = valuesOf(arm, targetAccuracy)
  if (values.length === 0) return null
  const numbers = values.map(({ value }) => value)
  const [from, to] = [lower, upper].map((bound) => bound && meanOf(bound, targetAccuracy))
  return {
    values,
    mean: mean(numbers),
    colour: seriesColour(arm.colour),
    ...(numbers.length < 2 ? {} : { interval: meanInterval(numbers, 0.05) }),
    ...(from === undefined ? {} : { lower: from }),
    ...(to === undefined ? {} : { upper: to }),
  }
}

function meanOf(arm: Arm, output: string): number | undefined {
  const values = valuesOf(arm, output).map(({ value }) => value)
  return values.length === 0 ? undefined : mean(values)
}

/** What an arm is among the others: a bound, or its method where the name does not say it. */
function standing({ arm, method, selection, lower, upper }: Adapted): string {
  const what =
    arm === lower ? "lower bound" : arm === upper ? "upper bound" : arm.family === method ? arm.role : method
  return selection === "last" ? what : `${what}, checkpoint by ${selection}`
}

function average(arm: Arm, output: string): Html {
  const values = valuesOf(arm, output).map(({ value }) => value)
  if (values.length === 0) return html`<span class="absent">none</span>`
  if (values.length === 1) return html`${figure(values[0]!)}<small>one seed</small>`
  const { low, high } = meanInterval(values, 0.05)
  return html`${figure(mean(values))}<small>${figure(low)} to ${figure(high)}</small>`
}

const percent = (share: number) => `${figure(100 * share)} %`

function gapCell({ arm, lower, upper, gap: { closed, sentence } }: Adapted): Html {
  if (arm === lower || arm === upper) return html`–`
  if (closed === undefined) return html`<span class="absent">undefined</span>`
  const { fraction, interval, seeds } = closed
  return html`${percent(fraction)}<small>${interval === undefined ? "no interval" : `${percent(interval.low)} to ${percent(interval.high)}`}</small>${sentence === undefined && html`<small>${seeds} seeds</small>`}`
}

function trainingOf({ trials }: Arm): Html {
  const seconds = trials.flatMap(({ status, result }) =>
    status === "completed" && result !== undefined ? [result.trainSeconds] : [],
  )
  return seconds.length === 0 ? html`–` : html`${duration(mean(seconds))}`
}

/** Which domains the arms of a table go between. */
function domains(arms: readonly Adapted[]): Html | false {
  const paths = [
    ...new Set(
      arms.flatMap(({ source, target, arm, upper }) =>
        arm === upper || source === "" ? [] : [`from ${source} to ${target}`],
      ),
    ),
  ]
  return paths.length > 0 && html`<p>Arms go ${listed(paths)}.</p>`
}

/** Why shares are undefined, each reason once with the arms that it concerns. */
function remarks(arms: readonly Adapted[]): Html | false {
  const said = arms.flatMap(({ arm, gap: { sentence } }) =>
    sentence === undefined ? [] : [{ arm, sentence }],
  )
  const groups = groupsOf(said, ({ sentence }) => sentence)
  return (
    groups.length > 0 &&
    html`<ul class="plain">${groups.map((group) => html`<li>${listed(group.map(({ arm }) => arm.label))}: ${group[0]!.sentence}.</li>`)}</ul>`
  )
}

function unlabelledGroup(study: Study, { arms }: AdaptedGroup): Html {
  const outputs = unlabelledOutputs(study)
  return html`${domains(arms)}${scrolling(
    "Scores without labels",
    html`<table><thead><tr><th scope="col">Arm</th>${outputs.map((output) => html`<th scope="col" class="n">${output.name}<small>${output.unit !== "" && `${output.unit}, `}${direction(output)}</small></th>`)}<th scope="col" class="n">Training</th></tr></thead>
<tbody>${arms.map((adapted) => html`<tr><th scope="row">${armLabel(adapted.arm)}<small>${standing(adapted)}</small></th>${outputs.map(({ name }) => html`<td class="n">${average(adapted.arm, name)}</td>`)}<td class="n">${trainingOf(adapted.arm)}</td></tr>`)}</tbody></table>`,
  )}`
}
