import type { LossCurves } from "@saddlepoint/lab/store/attempts/lossCurves"
import { learningChart } from "../charts/learningChart.ts"
import { css, seriesColour, seriesDash } from "../drawing/palette.ts"
import type { Study } from "../findings/study.ts"
import { html } from "../writing/html.ts"
import { absent, type Section } from "./section.ts"

/** Losses over the steps, one small multiple for every loss that was reported. */
export function learningSection({ arms }: Study): Section {
  const keys = lossKeys(arms.flatMap(({ trials }) => trials.map(({ curves }) => curves)))
  const crossed = arms.some(({ trials }) =>
    trials.some(({ status, curves }) => status === "diverged" && curves.steps.length > 0),
  )
  return {
    id: "learning",
    title: "Learning curves",
    body:
      keys.length === 0
        ? absent("No journal holds a step, so there are no learning curves.")
        : html`<p class="how">Losses on the training batches, not scores: thin lines are seeds, the thick line is their mean, and every point averages the steps around it. The losses of two players that play against each other need not fall; compare the fixed terms.${crossed && " A cross marks where a diverged trial ended."}</p>
<ul class="legend">${arms.map((arm) => html`<li><span class="line" style="border-top-style:${seriesDash(arm.colour)};border-color:${css(seriesColour(arm.colour))}"></span>${arm.label}</li>`)}</ul>
<div class="multiples">${keys.map((key, index) => {
            const reporting = arms.filter(({ trials }) => trials.some(({ curves }) => curves.losses.has(key)))
            const { svg, clipped } = learningChart(`learning${index}`, key, reporting)
            return html`<figure><h3>${key.replace("/", ": ")}</h3>${svg}${clipped && html`<figcaption>A few extreme values lie outside the drawing.</figcaption>`}</figure>`
          })}</div>`,
  }
}

/** All reported losses, turn by turn with its total last, without totals that merely repeat a turn's only term under another name. */
function lossKeys(reported: readonly LossCurves[]): string[] {
  const keys = [...new Set(reported.flatMap(({ losses }) => [...losses.keys()]))]
  const turn = (key: string) => key.slice(0, key.indexOf("/"))
  return keys
    .filter((key) => {
      if (!key.endsWith("/total")) return true
      const terms = keys.filter((other) => other !== key && turn(other) === turn(key))
      return !(terms.length === 1 && reported.every((curves) => repeats(curves, key, terms[0]!)))
    })
    .sort((a, b) => {
      if (turn(a) !== turn(b)) return turn(a) < turn(b) ? 1 : -1
      return Number(a.endsWith("/total")) - Number(b.endsWith("/total"))
    })
}

/** Whether two losses were the same number at every step, or both reported by none. */
function repeats({ losses }: LossCurves, one: string, other: string): boolean {
  const [first, second] = [losses.get(one), losses.get(other)]
  if (first === undefined || second === undefined) return first === second
  return first.every((value, at) => Object.is(value, second[at]))
}
