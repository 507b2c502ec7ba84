import { domainColours, embeddingChart } from "../charts/embeddingChart.ts"
import { css } from "../drawing/palette.ts"
import { type Adaptation, adaptedArms } from "../findings/adaptation/adaptation.ts"
import { figure } from "../writing/figure.ts"
import { html } from "../writing/html.ts"
import { absent, armLabel, type Section } from "./section.ts"

/** Where the features of both domains lie, one panel an arm. */
export function embeddingSection(adaptation: Adaptation): Section {
  const embedded = adaptedArms(adaptation).filter(({ embedding }) => embedding !== null)
  return {
    id: "embedding",
    title: "Where the domains lie among the features",
    body:
      embedded.length === 0
        ? absent("No finished trial left features that can be read.")
        : html`<p class="how">Features of the first test images of both domains in one trained network an arm, on the two principal components fitted on both domains together, both axes on one scale. Domains that lie apart here lie apart in the features; domains that lie together here may differ along all that is not drawn, and say nothing of whether classes lie together too, or of other seeds.</p>
<ul class="legend"><li><span class="swatch" style="background:${css(domainColours.source)}"></span>source (dots)</li><li><span style="color:${css(domainColours.target)}">✕</span> target (crosses)</li></ul>
<div class="multiples small">${embedded.map(({ embedding, upper }) => {
            const { arm, seed, shares } = embedding!
            return html`<figure><h3>${armLabel(arm)}</h3>${embeddingChart(embedding!)}<figcaption>seed ${seed}; ${figure(100 * shares[0], 2)} % and ${figure(100 * shares[1], 2)} % of the variance${arm === upper && "; its source is the target"}</figcaption></figure>`
          })}</div>`,
  }
}
