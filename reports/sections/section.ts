import { css, seriesColour } from "../drawing/palette.ts"
import type { Arm } from "../findings/study.ts"
import { type Fragment, type Html, html } from "../writing/html.ts"

/** A part of the page with its heading; `id` is its anchor. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
}

/** A table that scrolls sideways on its own where the screen is narrow, reachable by keyboard. */
export function scrolling(label: string, table: Html): Html {
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`
}

/** An arm's colour dot and its readable name. */
export function armLabel(arm: Arm): Html {
  return html`<span class="swatch" style="background:${css(seriesColour(arm.colour))}"></span>${arm.label}`
}

/** What is not there, said in words. */
export function absent(sentence: string): Html {
  return html`<p class="absent">${sentence}</p>`
}

/** Label and value pairs. */
export function facts(entries: readonly (readonly [string, Fragment])[]): Html {
  return html`<dl class="plain">${entries.map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`
}
