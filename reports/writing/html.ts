import { neutral } from "@saddlepoint/core/contracts/neutral"
import { withPathsCut } from "@saddlepoint/lab/store/files/privacy"

/** Markup that is safe to place in a page: everything in it was written by us or escaped. */
export interface Html {
  readonly html: string
}

/** What may stand in a template: text and numbers are escaped, markup is kept, lists are joined, nothing is nothing. */
export type Fragment = Html | string | number | null | undefined | false | readonly Fragment[]

/** `html\`<p>${text}</p>\`` escapes every value that is not markup itself, in text and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  return { html: parts.map((part, i) => (i === 0 ? part : render(values[i - 1]) + part)).join("") }
}

/** Takes a string as markup. Only for markup that this package made. */
export function markup(trusted: string): Html {
  return { html: trusted }
}

/**
 * Escapes text for HTML content, quoted attributes and XML; hidden characters, which could turn what stands beside them, are told, and of
 * absolute paths, which name people and machines, the last part alone. Pictures, which only look as if they had such, stay as they are.
 */
export function escaped(text: string): string {
  return neutral(text.startsWith("data:") ? text : withPathsCut(text))
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
}

function render(value: Fragment): string {
  if (value === null || value === undefined || value === false) return ""
  if (typeof value === "string") return escaped(value)
  if (typeof value === "number") return escaped(String(value))
  if (Array.isArray(value)) return value.map(render).join("")
  return (value as Html).html
}
