/** Shorter than this nothing is looked for within other encodings: it would stand anywhere by chance. */
const shortest = 4

/**
 * A text without secrets, also where they were encoded: in an address (once or twice), in JSON or HTML, in hexadecimal digits or base64, at
 * whatever place in it. A server may answer with the very request that it did not like.
 */
export function scrubbed(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(formsOf).sort((a, b) => b.length - a.length)
  return forms.reduce((left, form) => replacedIn(left, form), text)
}

function formsOf(secret: string): string[] {
  if (secret === "") return []
  const bytes = Buffer.from(secret)
  const once = encodeURIComponent(secret)
  const plus = once.replaceAll("%20", "+")
  const escaped = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
  const plain = [secret, once, plus, encodeURIComponent(once), JSON.stringify(secret).slice(1, -1), escaped]
  const deep = secret.length < shortest ? [] : [bytes.toString("hex"), ...inBase64(bytes)]
  return [...new Set([...plain, ...deep])]
}

/** What base64 of any text with these bytes in it contains, whatever lies before and after them. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "")
    // The first characters hold bits of what lies before, the last of what lies after.
    const from = before === 0 ? 0 : before + 1
    const bits = 8 * (before + bytes.length)
    const inner = whole.slice(from, Math.floor(bits / 6))
    const safe = inner.replaceAll("+", "-").replaceAll("/", "_")
    return inner.length < shortest ? [] : [inner, safe]
  })
}

/** Digits of addresses and of hexadecimal numbers may be of either case. */
function replacedIn(text: string, form: string): string {
  const pattern = form.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  const anyCase = /%[0-9a-f]{2}|^[0-9a-f]+$/i.test(form)
  return text.replaceAll(new RegExp(pattern, anyCase ? "gi" : "g"), "…")
}
