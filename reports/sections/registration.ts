import type { RegistrationState } from "@saddlepoint/lab/contracts/registration"
import { changeInWords } from "@saddlepoint/lab/store/frozen/definitionChange"
import { registrationInWords } from "@saddlepoint/lab/store/frozen/registration"
import { type Html, html } from "../writing/html.ts"

/** Whether the definition was registered before the first trial, and what has changed since. */
export function registrationBody(state: RegistrationState | undefined): Html {
  if (state === undefined) return html``
  const { changes } = state
  return html`<h3>Registration</h3>
${registrationInWords(state).map((sentence) => html`<p>${sentence}</p>`)}
${
  changes.length === 0
    ? html``
    : html`<p>Changed since the first registration:</p><ul class="plain">${changes.map(
        (change) => html`<li class="code">${changeInWords(change)}</li>`,
      )}</ul>`
}`
}
