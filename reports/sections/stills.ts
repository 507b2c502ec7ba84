import type { Stills } from "../pictures/stills.ts"
import { grouped } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { armLabel, type Section, scrolling } from "./section.ts"

/** What arms made of the same draws as they learnt: a row of buttons by step, of which one is chosen, without a script; on paper all. */
export function stillsSection(stills: Stills): Section {
  const { steps } = stills
  return {
    id: "stills",
    title: "Over training",
    body: html`<p class="how">What each arm made of the same draws after so many steps of training, with the training seed. Choose a step, or go through them with the arrow keys. They are for looking at: no value rests on them.</p>
<fieldset class="stills"><legend>step</legend>${steps.map((step, at) => {
      const last = at === steps.length - 1
      return html`<input type="radio" name="stills" id="still${at}"${last && html` checked`}><label for="still${at}">${grouped(step)}</label>${atStep(stills, at)}`
    })}</fieldset>`,
  }
}

function atStep({ steps, arms }: Stills, at: number): Html {
  const step = grouped(steps[at]!)
  return html`<div class="still">${scrolling(
    `Pictures after ${step} steps`,
    html`<div class="pictures sheets">${arms.map(({ arm, seed, stills }) => {
      const strip = stills[at]!
      return html`<figure><figcaption><span>${armLabel(arm)}, seed ${seed}, step ${step}</span></figcaption>${
        strip === null
          ? html`<p class="absent">None was kept.</p>`
          : html`<img src="${strip.uri}" width="${strip.width}" height="${strip.height}" alt="What ${arm.label}, seed ${seed}, made after ${step} steps.">`
      }</figure>`
    })}</div>`,
  )}</div>`
}
