import type { MetricIdentity } from "@saddlepoint/core/contracts/metric"
import { differing } from "@saddlepoint/metrics/verdict/differing"
import type { Study } from "../findings/study.ts"
import { counted } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { facts } from "./section.ts"

/** All that makes the values of each metric comparable, folded, with a sentence where they are not. */
export function identitiesBody({ findings, arms, outputs }: Study): Html {
  const trials = [...arms.flatMap((arm) => arm.trials), ...findings.controls]
  return html`<h3>What identifies each metric</h3>
<p class="how">Two values are compared only where all of this agrees; else the verdict is refused and names the difference.</p>
${outputs.map(({ name }) => {
  const values = trials.flatMap(({ status, result }) => {
    const value = status === "completed" ? result?.metrics[name] : undefined
    return value === undefined ? [] : [value]
  })
  if (values.length === 0) return html`<p>${name}: no value yet.</p>`
  const unlike = differing(values)
  const { identity } = values[0]!
  return html`<details><summary>${name}: ${counted(Object.keys(identity).length, "fact")}${unlike !== null && ", not the same everywhere"}</summary>${
    unlike !== null &&
    html`<p>Not all values of ${name} can be compared: their identities differ in ${unlike}. The facts are those of the first value.</p>`
  }${facts(factsOf(identity))}</details>`
})}`
}

function factsOf(identity: MetricIdentity) {
  return Object.entries(identity).map(([key, value]) => {
    const words = key.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase()
    return [words, html`<span class="code">${String(value)}</span>`] as const
  })
}
