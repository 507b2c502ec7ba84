import type { DatasetFacts } from "@saddlepoint/lab/store/attempts/datasetFacts"
import { configurationOf, type Setting } from "../findings/configuration.ts"
import type { Study } from "../findings/study.ts"
import { counted } from "../writing/figure.ts"
import { type Html, html } from "../writing/html.ts"
import { absent, armLabel, facts, type Section } from "./section.ts"

/** The whole resolved configuration of every arm, folded. */
export function configurationSection({ findings, arms }: Study): Section {
  const { shared, arms: own } = configurationOf(findings.plan, arms)
  return {
    id: "configuration",
    title: "Configuration of every arm",
    body:
      own.length === 0
        ? absent("The plan holds no arms.")
        : html`<p class="how">All that decides an arm's numbers beside its seed, defaults included, as the trials' identities hold it.</p>
${folded(html`All arms: ${counted(shared.length, "setting")}`, shared)}
${(findings.datasets ?? []).map((data) => html`<p>${dataInWords(data)}</p>`)}
${own.map(({ arm, settings }) => folded(html`${armLabel(arm)}: ${settings.length === 0 ? "nothing else" : `${counted(settings.length, "setting")} of its own`}`, settings))}`,
  }
}

function folded(summary: Html, settings: readonly Setting[]): Html {
  if (settings.length === 0) return html`<p>${summary}.</p>`
  const entries = settings.map(([path, value]) => [path, html`<span class="code">${value}</span>`] as const)
  return html`<details><summary>${summary}</summary>${facts(entries)}</details>`
}

/** `Data facades (digest 6605bb02386a): train 400, validation 64, test 100 examples.` */
function dataInWords({ name, digest, splits, labels }: DatasetFacts): string {
  const sizes = Object.entries(splits).map(([split, { size }]) => `${split} ${size}`)
  return `Data ${name} (digest ${digest.slice(0, 12)}): ${sizes.join(", ")} examples; labels: ${labels}.`
}
