import type { Study } from "../findings/study.ts"
import { html } from "../writing/html.ts"
import { absent, facts, type Section } from "./section.ts"

/** Where it ran, and how to run it again. */
export function reproduceSection({ findings }: Study): Section {
  const { plan, asked, environment } = findings
  const file = quoted(asked?.file ?? `experiments/${plan.experiment}.ts`)
  const profile = plan.profile === undefined ? "" : ` --profile ${quoted(plan.profile)}`
  const overrides = (asked?.overrides ?? []).map((override) => ` --set ${quoted(override)}`).join("")
  const entries = Object.entries(environment)
  return {
    id: "reproduce",
    title: "Environment, and how to reproduce this",
    body: html`${entries.length === 0 ? absent("No manifest says where this ran.") : facts(entries)}
<p>In the folder that it was run from, with the <code>saddlepoint</code> of a checkout of the repository (inside one, <code>npx saddlepoint</code>):</p>
<pre><code>saddlepoint plan ${file}${profile}${overrides}
saddlepoint run ${file}${profile}${overrides}
saddlepoint report ${quoted(plan.experiment)}${profile}
saddlepoint verify TRIAL</code></pre>
<p class="how">The same definition, seeds, code, engine, device and thread count give the same bits: <code>verify</code> plays a finished trial again and compares all that can be played again with its record: losses, weights, values, noise, identities, answers and pictures; the ids are in <code>results.json</code>. Trials that are already in the run store are not played again; give <code>--store</code> a new folder to play all of them. <code>report</code> needs the run store alone, wherever it was copied to. Beside this page, <code>results.csv</code> holds one row for every trial and metric, <code>results.json</code> everything the page was made from except the journals.</p>`,
  }
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.,:=/@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
