import { style } from "./drawing/style.ts"
import type { Adaptation } from "./findings/adaptation/adaptation.ts"
import { conclusionOf } from "./findings/conclusion.ts"
import type { Convergence } from "./findings/convergence/convergence.ts"
import { countsOf, type Study } from "./findings/study.ts"
import type { Pictures } from "./pictures/pictures.ts"
import type { Stills } from "./pictures/stills.ts"
import { ablationSection } from "./sections/ablation.ts"
import { adaptationSection } from "./sections/adaptation.ts"
import { adaptedClassesSection } from "./sections/adaptedClasses.ts"
import { alteredNotice } from "./sections/altered.ts"
import { armsSection } from "./sections/arms.ts"
import { configurationSection } from "./sections/configuration.ts"
import { convergenceSection } from "./sections/convergence.ts"
import { costSection } from "./sections/cost.ts"
import { embeddingSection } from "./sections/embedding.ts"
import { failuresSection } from "./sections/failures.ts"
import { firstLook } from "./sections/firstLook.ts"
import { headroomSection } from "./sections/headroom.ts"
import { learningSection } from "./sections/learning.ts"
import { picturesSection } from "./sections/pictures.ts"
import { protocolSection } from "./sections/protocol.ts"
import { reproduceSection } from "./sections/reproduce.ts"
import { seedsSection } from "./sections/seeds.ts"
import { stillsSection } from "./sections/stills.ts"
import { verdictControlsSection } from "./sections/verdictControls.ts"
import { verdictSection } from "./sections/verdicts.ts"
import { counted, duration } from "./writing/figure.ts"
import { type Html, html, markup } from "./writing/html.ts"

/** What was read of a study's files. */
export interface Read {
  readonly pictures: readonly Pictures[]
  /** The pictures as they stand beside the answer. */
  readonly looks: readonly Pictures[]
  readonly adaptation: Adaptation | null
  readonly convergence: Convergence | null
  /** What generators made as they learnt, where that was kept. */
  readonly stills: Stills | null
}

/** The whole page: one file that needs nothing else, and may load nothing else. */
export function page(study: Study, { pictures, looks, adaptation, convergence, stills }: Read): string {
  const { plan } = study.findings
  const sections = [
    verdictSection(study),
    ...(adaptation === null
      ? []
      : [
          adaptationSection(study, adaptation),
          adaptedClassesSection(adaptation),
          embeddingSection(adaptation),
        ]),
    armsSection(study),
    ablationSection(study),
    // Methods that answer with classes need not translate, so that none is missed.
    ...(adaptation !== null && pictures.length === 0 ? [] : [picturesSection(pictures)]),
    ...(stills === null ? [] : [stillsSection(stills)]),
    ...(convergence === null ? [] : [convergenceSection(study, convergence)]),
    learningSection(study),
    costSection(study),
    headroomSection(study),
    verdictControlsSection(study),
    seedsSection(study),
    protocolSection(study, adaptation),
    configurationSection(study),
    failuresSection(study),
    reproduceSection(study),
  ]
  const { lead, notes } = conclusionOf(study)
  return html`${markup("<!doctype html>")}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${plan.question}</title>
<style>${markup(style)}</style></head>
<body><header>
<p class="eyebrow">Saddlepoint report · ${plan.experiment}${plan.profile !== undefined && ` · profile ${plan.profile}`}</p>
<h1>${plan.question}</h1>
${alteredNotice(study.findings)}
<div class="answer">${lead.map((sentence) => html`<p>${sentence}</p>`)}</div>
${firstLook(looks, adaptation)}
${notes.length > 0 && html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${keyFigures(study)}
<nav aria-label="Sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
</header>
<main>${sections.map(
    ({
      id,
      title,
      body,
    }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${body}</section>
`,
  )}</main>
<footer><p>Made by Saddlepoint from the run store alone. The same store gives this file byte for byte.</p></footer>
</body></html>
`.html
}

function keyFigures({ arms, findings }: Study): Html {
  const trials = arms.flatMap((arm) => arm.trials)
  const counts = countsOf(trials)
  const seconds = trials.reduce((sum, { result }) => sum + (result?.seconds ?? 0), 0)
  const entries = [
    ["arms", String(arms.length)],
    ["seeds each", String(findings.plan.seeds.length)],
    ["trials finished", `${counts.completed} of ${trials.length}`],
    ["diverged", String(counts.diverged)],
    ["failed", String(counts.failed)],
    ["declared comparisons", String(findings.plan.comparisons.length)],
    ["trial time", duration(seconds)],
  ] as const
  return html`<dl class="facts" aria-label="${counted(trials.length, "planned trial")}">${entries.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`
}
