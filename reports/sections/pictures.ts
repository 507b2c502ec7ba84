import { css, seriesColour } from "../drawing/palette.ts"
import type { Pictures, Strip } from "../pictures/pictures.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, type Section, scrolling } from "./section.ts"

/** The same test examples, answered by every arm. */
export function picturesSection(pictures: Pictures | null): Section {
  return {
    id: "pictures",
    title: "What the arms paint",
    body:
      pictures === null
        ? absent("No completed trial has a picture.")
        : html`<p class="how">Each row is one test example, the same for every arm; no arm was trained on it. Left: what the generator is given and what it should answer. Right: what every arm answers, with the training seed of the picture.</p>
${strips(pictures, "input", "target")}`,
  }
}

/** The same source test images, translated by every arm that translates; and what the target looks like. */
export function translationsSection(pictures: Pictures): Section {
  return {
    id: "pictures",
    title: "Source images in the style of the target",
    body: html`<p class="how">Each row is one test image of the source, the same for every arm, and what an arm's translator made of it, with the training seed of the picture; a translation should keep the class and take on the look of the target. The second column holds test images of the target for the look alone: they are no pairs of their neighbours. Arms that translate nothing are left out.</p>
${strips(pictures, "source", "target, no pairs")}`,
  }
}

function strips(pictures: Pictures, input: string, target: string): Html {
  return html`${scrolling(
    "Pictures",
    html`<div class="pictures">${truth(input, pictures.input, pictures.examples)}${truth(target, pictures.target, pictures.examples, true)}
${pictures.arms.map(
  ({ arm, seed, output }) =>
    html`<figure><figcaption><span><span class="swatch" style="background:${css(seriesColour(arm.colour))}"></span>${arm.label}, seed ${seed}</span></figcaption>${img(output, `Outputs of ${arm.label} for ${pictures.examples} test examples, one below the other.`)}</figure>`,
)}</div>`,
  )}
${pictures.missing.length > 0 && html`<p class="how">Not shown: ${pictures.missing.join(" ")}</p>`}`
}

function truth(name: string, strip: Strip, examples: number, last = false): Html {
  return html`<figure class="${last ? "truth" : "given"}"><figcaption>${name}</figcaption>${img(strip, `The ${name} of ${examples} test examples, one below the other.`)}</figure>`
}

function img({ uri, width, height }: Strip, alternative: string): Html {
  return html`<img src="${uri}" width="${width}" height="${height}" alt="${alternative}">`
}
