import { whatSeedsCanShow } from "@saddlepoint/metrics/maths/statistics/seedArithmetic"
import { type Arm, evaluationNoiseOf, type Study } from "../findings/study.ts"
import { duration, figure } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { alteredMark } from "./altered.ts"
import { absent, armLabel, type Section, scrolling } from "./section.ts"

/** Every value of every seed, and what so many seeds can show. */
export function seedsSection(study: Study): Section {
  const { arms, findings } = study
  const [rivals, oracles] = [arms.filter(({ oracle }) => !oracle), arms.filter(({ oracle }) => oracle)]
  const { seeds, comparisons } = findings.plan
  const sentences = [
    ...(comparisons.length === 0
      ? []
      : whatSeedsCanShow(seeds.length, comparisons.length, comparisons[0]!.alpha)),
  ]
  return {
    id: "seeds",
    title: "Every seed, and what the seeds can show",
    body: html`${sentences.length > 0 && html`<ul class="plain">${[...new Set(sentences)].map((sentence) => html`<li>${sentence}</li>`)}</ul>`}
${
  arms.length === 0
    ? absent("The plan holds no trials.")
    : html`${rivals.length > 0 && seedTable(study, rivals, "Every seed's values")}${oracles.length > 0 && html`<h3>Chosen by an oracle</h3>${seedTable(study, oracles, "Every seed's values where an oracle chose")}`}`
}`,
  }
}

function seedTable({ outputs }: Study, arms: readonly Arm[], label: string): Html {
  const noisy = new Set(
    outputs.flatMap(({ name }) => (arms.some((arm) => evaluationNoiseOf(arm, name) !== null) ? [name] : [])),
  )
  return scrolling(
    label,
    html`<table><thead><tr><th scope="col">Arm</th><th scope="col" class="n">seed</th><th scope="col">status</th>${outputs.map(({ name }) => html`<th scope="col" class="n">${name}</th>${noisy.has(name) && html`<th scope="col" class="n">evaluation sd</th>`}`)}<th scope="col" class="n">time</th><th scope="col">trial</th><th scope="col">weights SHA-256</th></tr></thead><tbody>${arms.flatMap(
      (arm) =>
        arm.trials.map((trial) => {
          const { id, seed, status, result } = trial
          return html`<tr><th scope="row">${armLabel(arm)}</th><td class="n">${seed}</td><td>${status}${alteredMark(trial)}</td>${outputs.map(
            ({ name }) => {
              const { value, noise } = (status === "completed" && result?.metrics[name]) || {}
              return html`<td class="n">${value === undefined ? "–" : figure(value, 5)}</td>${noisy.has(name) && html`<td class="n">${noise === undefined ? "–" : figure(noise, 2)}</td>`}`
            },
          )}<td class="n">${result === undefined ? "–" : duration(result.seconds)}</td><td class="code">${id}</td><td class="code">${result === undefined || result.weightsSha256 === "" ? "–" : result.weightsSha256.slice(0, 12)}</td></tr>`
        }),
    )}</tbody></table>`,
  )
}
