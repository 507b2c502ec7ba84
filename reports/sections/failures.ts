import type { Study } from "../findings/study.ts"
import { html } from "../writing/html.ts"
import { failureVerdicts } from "./failureVerdicts.ts"
import type { Section } from "./section.ts"

/** Everything that has no result, or an unwanted one, with its evidence. */
export function failuresSection(study: Study): Section {
  const { arms, findings, label } = study
  const bad = [...findings.judges, ...findings.controls, ...arms.flatMap(({ trials }) => trials)].filter(
    ({ status }) => status !== "completed",
  )
  const words = { diverged: "diverged", failed: "failed", missing: "not played", completed: "completed" }
  return {
    id: "failures",
    title: "Failures and divergence",
    body:
      bad.length === 0
        ? html`<p>Every planned trial completed.</p>`
        : html`<p class="how">A diverged trial is a result: its loss or weights became non-finite or left all bounds, and it counts against its arm. A failed one could not be played to its end; another <code>run</code> plays it again.</p>
<ul class="plain">${bad.map(
            ({ id, arm, seed, status, evidence }) =>
              html`<li><strong>${label(arm)}, seed ${seed}</strong> ${words[status]}${evidence !== undefined && `: ${evidence}`} <span class="code">${id}</span></li>`,
          )}</ul>
${failureVerdicts(study)}`,
  }
}
