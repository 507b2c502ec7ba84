import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import { alterationNotice, isAltered } from "../findings/alteredRecords.ts"
import { type Html, html } from "../writing/html.ts"

/** What is not as it was written, above everything that rests on it; nothing where all is. */
export function alteredNotice(findings: Findings): Html | false {
  const [head, ...others] = alterationNotice(findings)
  if (head === undefined) return false
  return html`<div class="altered" role="alert"><p><strong>Altered records.</strong> ${head} <code>saddlepoint verify</code> plays a trial again.</p><ul>${others.map((sentence) => html`<li>${sentence}</li>`)}</ul></div>`
}

/** The mark of a trial of whose record a part is not as it was written, or of an earlier version without digests. */
export function alteredMark(trial: Findings["trials"][number]): Html | false {
  const { result } = trial
  if (isAltered(trial)) return html` <strong class="altered">altered</strong>`
  return result !== undefined && result.files === undefined && html`<small>without a digest</small>`
}
