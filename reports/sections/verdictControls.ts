import type { NegativeControl } from "@saddlepoint/metrics/verdict/negativeControl"
import type { Study } from "../findings/study.ts"
import { figure } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, type Section, scrolling } from "./section.ts"

/** How often the verdicts' rule finds a winner where labels mean nothing, on these very scores. */
export function verdictControlsSection({ verdicts, verdictControls }: Study): Section {
  const barred = verdicts.filter(({ outcome }) => outcome === "no headroom").length
  return {
    id: "verdict-controls",
    title: "Negative controls of the verdicts",
    body:
      verdicts.length === 0
        ? absent("No comparison was declared, so there is no rule to control.")
        : html`<p class="how">The full rule, applied to the scores above, relabelled so that there is no effect to find. In the first, the two arms of every comparison change places, or not, within each seed. In the second, every arm meets itself, one half of its seeds against the other. A false win is a relabelling in which at least one comparison says “better”. Shuffled labels count the labels as they are, so a true difference may win there once.</p>
${scrolling(
  "Negative controls of the verdicts",
  html`<table><thead><tr><th scope="col">Control</th><th scope="col" class="n">pairs</th><th scope="col" class="n">relabellings</th><th scope="col" class="n">false wins</th><th scope="col" class="n">share</th></tr></thead><tbody>${row("shuffled labels", verdictControls.shuffledLabels)}${row("the same arm on disjoint seeds", verdictControls.sameArm)}</tbody></table>`,
)}
<ul class="plain"><li>${verdictControls.shuffledLabels.sentence}</li><li>${verdictControls.sameArm.sentence}</li>${
            barred > 0 &&
            html`<li>${barred} of ${verdicts.length} declared comparisons ${barred === 1 ? "is" : "are"} on a metric without headroom and cannot win in any relabelling, so the shares above say nothing of ${barred === 1 ? "it" : "them"}.</li>`
          }</ul>`,
  }
}

function row(name: string, { pairs, relabellings, falseWins, share }: NegativeControl): Html {
  return html`<tr><th scope="row">${name}</th><td class="n">${pairs}</td><td class="n">${relabellings}</td><td class="n">${relabellings === 0 ? "–" : falseWins}</td><td class="n">${share === null ? "–" : `${figure(100 * share, 2)} %`}</td></tr>`
}
