import { css, seriesColour } from "../drawing/palette.ts"
import type { Arm } from "../findings/study.ts"
import type { Examples } from "../pictures/examples.ts"
import type { Pictures } from "../pictures/pictures.ts"
import type { Sheets } from "../pictures/sheets.ts"
import type { Strip } from "../pictures/strip.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, type Section, scrolling } from "./section.ts"

/** What is said of each kind of answer: its heading, how to look at it, and the names of the given columns. */
const words: Readonly<
  Record<Examples["kind"], { title: string; how: string; input: string; target: string }>
> = {
  pairs: {
    title: "Outputs of every arm",
    how: "Each row is one test example, the same for every arm; no arm was trained on it. Left: the input, and the target that it should become. Right: every arm's output, with the training seed of the picture.",
    input: "input",
    target: "target",
  },
  translations: {
    title: "Translations of every arm",
    how: "Each row is one test image of the first domain, the same for every arm, and its translation by every arm, with the training seed of the picture. The second column holds test images of the other domain for the look alone: they are no pairs of their neighbours.",
    input: "input",
    target: "other domain, no pairs",
  },
  classes: {
    title: "Source images in the style of the target",
    how: "Each row is one test image of the source, the same for every arm, and what an arm's translator made of it, with the training seed of the picture; a translation should keep the class and take on the look of the target. The second column holds test images of the target for the look alone: they are no pairs of their neighbours. Arms that translate nothing are left out.",
    input: "source",
    target: "target, no pairs",
  },
}

const sheetWords: Readonly<Record<Sheets["kind"], { title: string; how: string; real: string }>> = {
  samples: {
    title: "Samples of every arm",
    how: "The first samples that were judged, row by row, with the training seed of the generator; none was picked. Where a method is given classes, its samples stand in order of class. Samples of different arms are no pairs of each other.",
    real: "real test images",
  },
  points: {
    title: "Points of every arm",
    how: "All points that were judged, orange, over real test points, grey, with the training seed of the generator. Where an arm has a discriminator, the ground is light where it takes points for real and dark where for generated ones.",
    real: "real test points",
  },
  picture: {
    title: "The picture of every arm",
    how: "The picture that every arm made, with its training seed.",
    real: "real image",
  },
}

/** What the arms made, each kind of answer by itself. */
export function picturesSection(pictures: readonly Pictures[]): Section {
  const [first] = pictures
  return {
    id: "pictures",
    title: pictures.length === 1 ? titleOf(first!) : "Pictures",
    body:
      first === undefined
        ? absent("No completed trial has a picture.")
        : html`${pictures.map(
            (each) => html`${pictures.length > 1 && html`<h3>${titleOf(each)}</h3>`}${bodyOf(each)}`,
          )}`,
  }
}

const isSheets = (pictures: Pictures): pictures is Sheets =>
  pictures.kind === "samples" || pictures.kind === "points" || pictures.kind === "picture"

function titleOf(pictures: Pictures): string {
  return isSheets(pictures) ? sheetWords[pictures.kind].title : words[pictures.kind].title
}

function bodyOf(pictures: Pictures): Html {
  return html`${isSheets(pictures) ? sheets(pictures) : strips(pictures)}
${pictures.missing.length > 0 && html`<p class="how">Not shown: ${pictures.missing.join(" ")}</p>`}`
}

/** Pictures side by side, without a word on how to look at them. */
export function pictureStrips(pictures: Pictures): Html {
  return isSheets(pictures) ? sheetsAlone(pictures) : stripsAlone(pictures)
}

function strips(examples: Examples): Html {
  return html`<p class="how">${words[examples.kind].how}</p>
${stripsAlone(examples)}`
}

function stripsAlone({ kind, examples, input, target, arms }: Examples): Html {
  const { input: given, target: wanted } = words[kind]
  return html`${scrolling(
    "Pictures",
    html`<div class="pictures">${truth(given, input, examples)}${truth(wanted, target, examples, true)}
${arms.map(
  ({ arm, seed, output }) =>
    html`<figure>${caption(arm, `seed ${seed}`)}${img(output, `Outputs of ${arm.label} for ${examples} test examples, one below the other.`)}</figure>`,
)}</div>`,
  )}`
}

function truth(name: string, strip: Strip, examples: number, last = false): Html {
  return html`<figure class="${last ? "truth" : "given"}"><figcaption>${name}</figcaption>${img(strip, `The ${name} of ${examples} test examples, one below the other.`)}</figure>`
}

function sheets(pictures: Sheets): Html {
  return html`<p class="how">${sheetWords[pictures.kind].how}</p>
${sheetsAlone(pictures)}`
}

function sheetsAlone({ kind, real, arms }: Sheets): Html {
  const { real: name } = sheetWords[kind]
  const noun = { samples: "samples", points: "points", picture: "picture" }[kind]
  return html`${scrolling(
    "Pictures",
    html`<div class="pictures sheets">${real !== null && html`<figure class="truth"><figcaption>${name}</figcaption>${img(real, `A sheet of ${name}.`)}</figure>`}
${arms.map(
  ({ arm, seed, sheet }) =>
    html`<figure>${caption(arm, `${noun} of seed ${seed}`)}${img(sheet, `${{ samples: "Samples", points: "Points", picture: "The picture" }[kind]} of ${arm.label}, seed ${seed}.`)}</figure>`,
)}</div>`,
  )}`
}

function caption(arm: Arm, words: string): Html {
  return html`<figcaption><span><span class="swatch" style="background:${css(seriesColour(arm.colour))}"></span>${arm.label}, ${words}</span></figcaption>`
}

function img({ uri, width, height }: Strip, alternative: string): Html {
  return html`<img src="${uri}" width="${width}" height="${height}" alt="${alternative}">`
}
