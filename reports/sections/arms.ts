import type { MetricOutput } from "@saddlepoint/core/contracts/metric"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { examInWords } from "@saddlepoint/lab/store/results/examInWords"
import { mean, meanInterval, standardDeviation } from "@saddlepoint/metrics/maths/statistics/mean"
import { type ControlName, controlNames } from "../findings/controls.ts"
import { type Arm, countsOf, evaluationNoiseOf, type Study, valuesOf } from "../findings/study.ts"
import { unlikeControls } from "../findings/unlikeControls.ts"
import { figure, listed } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, armLabel, type Section, scrolling } from "./section.ts"

const FRAMES: Readonly<Record<ControlName, string>> = {
  real: "real images: the best a metric can give",
  blurred: "real images, blurred",
  trivial: "the mean image, or the mean colour of each class of a label map: the floor",
}

const evaluated =
  "two standard deviations: the training sd is that between seeds, as seen; the evaluation sd, where the metric estimates it, is what one value would vary by had the same trained players generated other images (bootstrap over the generated images; root mean square over the seeds). Only the first enters a test."

/** Arms by metrics, framed by the controls; and how well the judges were trained. */
export function armsSection(study: Study): Section {
  const { arms, findings } = study
  const [rivals, oracles] = [arms.filter(({ oracle }) => !oracle), arms.filter(({ oracle }) => oracle)]
  const unlike = unlikeControls(study)
  const noisy = study.outputs.some(({ name }) => arms.some((arm) => evaluationNoiseOf(arm, name) !== null))
  return {
    id: "scores",
    title: "Scores of every arm",
    body: html`<p class="how">Mean over the finished seeds, the 95 % interval of that mean (Student's t), and ${noisy ? evaluated : "the training sd, that between seeds, as seen."} Diverged and failed trials have no score: they are counted in the last columns and never replaced. ${findings.plan.controls.length > 0 && " The shaded rows are controls that learn nothing and frame the scale."}</p>
${
  arms.length === 0
    ? absent("The plan holds no arms.")
    : html`${rivals.length > 0 && armTable(study, rivals, "Scores of every arm")}${oracles.length > 0 && html`<h3>Chosen by an oracle</h3><p class="how">Labels of the target chose these arms' checkpoints, so they stand in no column with others.</p>${armTable(study, oracles, "Scores of arms that an oracle chose")}`}`
}
${unlike.length > 0 && html`<ul class="plain">${unlike.map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
${judges(findings.judges)}`,
  }
}

function armTable(study: Study, arms: readonly Arm[], label: string): Html {
  const { outputs } = study
  return scrolling(
    label,
    html`<table><thead><tr><th scope="col">Arm</th>${outputs.map((output) => html`<th scope="col" class="n">${heading(output)}</th>`)}<th scope="col" class="n">finished</th><th scope="col" class="n">diverged</th><th scope="col" class="n">failed</th></tr></thead>
<tbody>${controlRows(study, "real")}${arms.map((arm) => armRow(arm, outputs))}${controlNames.slice(1).map((name) => controlRows(study, name))}</tbody></table>`,
  )
}

function heading({ name, unit, higherIsBetter }: MetricOutput): Html {
  const words = higherIsBetter ? "higher is better" : "lower is better"
  return html`${name} <span aria-hidden="true">${higherIsBetter ? "↑" : "↓"}</span><small>${unit !== "" && `${unit}, `}${words}</small>`
}

function armRow(arm: Arm, outputs: readonly MetricOutput[]): Html {
  const { completed, diverged, failed } = countsOf(arm.trials)
  return html`<tr><th scope="row">${armLabel(arm)}<small>${arm.role}</small></th>${outputs.map((output) => cell(arm, output))}<td class="n">${completed} / ${arm.trials.length}</td><td class="n">${diverged}</td><td class="n">${failed}</td></tr>`
}

function cell(arm: Arm, output: MetricOutput): Html {
  const values = valuesOf(arm, output.name).map(({ value }) => value)
  if (values.length === 0) return html`<td class="n"><span class="absent">none</span></td>`
  const noise = evaluationNoiseOf(arm, output.name)
  const evaluation = noise !== null && html`<small>evaluation sd ${figure(noise, 2)}</small>`
  if (values.length === 1)
    return html`<td class="n">${figure(values[0]!)}<small>one seed</small>${evaluation}</td>`
  const { low, high } = meanInterval(values, 0.05)
  return html`<td class="n">${figure(mean(values))}<small>${figure(low)} to ${figure(high)}</small><small>training sd ${figure(standardDeviation(values), 2)}${values.length < arm.trials.length && `, ${values.length} seeds`}</small>${evaluation}</td>`
}

/** A control's scores, a row for each dataset that it was judged on. */
function controlRows({ controls, outputs }: Study, name: ControlName): Html[] {
  return controls.flatMap(({ dataset, judged }) => {
    const control = judged[name]
    if (control === undefined) return []
    const where = dataset !== "" && ` (dataset ${dataset})`
    return [
      html`<tr class="frame"><th scope="row">${name}${where}<small>${FRAMES[name]}</small></th>${outputs.map(
        ({ name: metric }) => {
          const value = control.result?.metrics[metric]?.value
          return html`<td class="n">${value === undefined ? "–" : figure(value)}</td>`
        },
      )}<td class="n">control</td><td></td><td></td></tr>`,
    ]
  })
}

function judges(findings: readonly TrialFinding[]): Html | false {
  if (findings.length === 0) return false
  return html`<h3>The judges</h3>
<p class="how">Networks that the metrics judge with. Each was trained once, on real training images only, and frozen before any arm was judged; all arms share it. Then each was examined on real images that it was not trained on; below its bar it would have refused to judge. What they make of real test images is the row “real”.</p>
<ul class="plain">${findings.map(({ arm, status, evidence, result, curves }) => {
    const losses = [...curves.losses].flatMap(([name, column]): [string, number][] => {
      const last = column.at(-1)!
      return name.endsWith("/total") || Number.isNaN(last) ? [] : [[name, last]]
    })
    const last = listed(losses.map(([name, value]) => `${name.split("/").at(-1)} ${figure(value)}`))
    const state =
      status === "completed"
        ? `trained for ${result?.steps ?? 0} steps${result?.exam ? `; ${examInWords(result.exam)}` : ""}`
        : `${status}${evidence ? `: ${evidence}` : ""}`
    return html`<li><span class="code">${arm}</span>: ${state}${losses.length > 0 && html`; last training losses: ${last}`}.</li>`
  })}</ul>`
}
