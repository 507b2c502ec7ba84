import { learningChart } from "../charts/learningChart.ts"
import { css, seriesColour, seriesDash } from "../drawing/palette.ts"
import type { Convergence, DiagnosedTrial } from "../findings/convergence/convergence.ts"
import { type At, rules } from "../findings/convergence/diagnosis.ts"
import { type Arm, countsOf, type Study } from "../findings/study.ts"
import { counted, figure } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { armLabel, type Section, scrolling } from "./section.ts"

/** Signs that are drawn over training, with what they are. */
const signs = {
  accuracy: "opponent: share of pairs ranked right",
  slope: "opponent: gradient at samples",
  diversity: "samples: distance, real = 1",
} as const

/** Whether trials have converged or collapsed: last, best seen and collapse side by side, and what they went through. */
export function convergenceSection(study: Study, { output, trials }: Convergence): Section {
  // Arms that diverged everywhere stand beside those that did not.
  const arms = study.arms.filter(
    (arm) => trials.some((trial) => trial.arm === arm) || countsOf(arm.trials).diverged > 0,
  )
  const name = output?.name ?? "score"
  return {
    id: "convergence",
    title: "Has it converged, or collapsed?",
    body: html`<p class="how">Copies of both players that were kept over training, judged as the last ones were, with the same latents. Rules: samples that lie less than ${figure(rules.diversity)} times as far apart as real examples, or ${figure(100 * rules.duplicates)} % of which have a near twin, are collapsed; past its best is what gave back more than a third of what ${name} moved in all, still improving what gained more than a tenth of it in the last third. The best seen was chosen by looking at the examples that judge: it is no result and is compared with nothing.</p>
<ul class="plain">${arms.map(
      (arm) =>
        html`<li>${armLabel(arm)}: ${states(
          arm,
          trials.filter((trial) => trial.arm === arm),
        )}</li>`,
    )}</ul>
${scrolling(
  "What every trial went through",
  html`<table><thead><tr><th scope="col">Arm</th><th scope="col" class="n">seed</th><th scope="col">state</th><th scope="col" class="n">last ${name}</th><th scope="col" class="n">best seen</th><th scope="col" class="n">collapsed at</th><th scope="col">evidence</th></tr></thead><tbody>${trials.map(row)}</tbody></table>`,
)}
<ul class="legend">${arms.map((arm) => html`<li><span class="line" style="border-top-style:${seriesDash(arm.colour)};border-color:${css(seriesColour(arm.colour))}"></span>${arm.label}</li>`)}</ul>
<div class="multiples">${charts(arms, trials, output === undefined ? [] : [output.name])}</div>`,
  }
}

function states(arm: Arm, trials: readonly DiagnosedTrial[]): string {
  const order = ["collapsed", "past its best", "still improving", "settled", "not known"] as const
  const { completed, ...others } = countsOf(arm.trials)
  const told = order.map((state) => [
    state,
    trials.filter(({ diagnosis }) => diagnosis.state === state).length,
  ])
  const untold = [...Object.entries(others), ["without moments", completed - trials.length]]
  return [...told, ...untold]
    .flatMap(([state, count]) =>
      count === 0 ? [] : [`${count} of ${counted(arm.trials.length, "seed")} ${state}`],
    )
    .join(", ")
}

function row({ arm, trial, diagnosis }: DiagnosedTrial): Html {
  const { state, last, best, collapsedAt, evidence, opponent } = diagnosis
  return html`<tr><th scope="row">${armLabel(arm)}</th><td class="n">${trial.seed}</td><td>${state}</td><td class="n">${last === undefined ? "–" : figure(last.value)}</td><td class="n">${best === undefined ? "–" : bestSeen(best)}</td><td class="n">${collapsedAt === undefined ? "–" : `step ${collapsedAt}`}</td><td>${evidence}${opponent !== undefined && html` <small>Its opponent ${opponent}.</small>`}</td></tr>`
}

const bestSeen = ({ value, step }: At): Html => html`${figure(value)} <small>step ${step}</small>`

function charts(arms: readonly Arm[], trials: readonly DiagnosedTrial[], outputs: readonly string[]): Html[] {
  const titles: Readonly<Record<string, string>> = {
    ...Object.fromEntries(outputs.map((name) => [name, name])),
    ...signs,
  }
  // Moments in the place of steps: the same drawing.
  const drawn = arms.map((arm) => ({
    ...arm,
    trials: trials
      .filter((one) => one.arm === arm)
      .map(({ trial, moments }) => ({ ...trial, curves: curvesOf(moments) })),
  }))
  return Object.entries(titles).flatMap(([key, title], index) => {
    const reporting = drawn.filter(({ trials: own }) => own.some(({ curves }) => curves.losses.has(key)))
    if (reporting.length === 0) return []
    return [
      html`<figure><h3>${title}</h3>${learningChart(`convergence${index}`, key, reporting).svg}</figure>`,
    ]
  })
}

function curvesOf(moments: DiagnosedTrial["moments"]): Arm["trials"][number]["curves"] {
  const all = moments.map(
    ({ values, signs: taken }) => ({ ...taken, ...values }) as Readonly<Record<string, number>>,
  )
  const keys = [...new Set(all.flatMap((one) => Object.keys(one)))]
  return {
    steps: moments.map(({ step }) => step),
    losses: new Map(keys.map((key) => [key, all.map((one) => one[key] ?? Number.NaN)])),
  }
}
