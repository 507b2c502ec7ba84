import fc from "fast-check"
import { expect, test } from "vitest"
import { scrubbed } from "./scrubbed.ts"

const secret = 'pä ss+w/rd"<5>&'
const html = "pä ss+w/rd&quot;&lt;5&gt;&amp;"

test.each<[string, string]>([
  ["as it is", secret],
  ["in an address", encodeURIComponent(secret)],
  ["in an address with small digits", encodeURIComponent(secret).toLowerCase()],
  ["in a form", encodeURIComponent(secret).replaceAll("%20", "+")],
  ["in an address twice", encodeURIComponent(encodeURIComponent(secret))],
  ["in JSON", JSON.stringify({ secret }).slice(11, -2)],
  ["in HTML", html],
  ["in hexadecimal digits", Buffer.from(secret).toString("hex").toUpperCase()],
])("a secret is taken out %s", (_, form) => {
  expect(scrubbed(`got ${form} from you`, [secret])).toBe("got … from you")
})

test("nothing of a secret can be read from the base64 of any text around it", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.constantFrom("base64", "base64url"),
      (before, after, encoding) => {
        const encoded = Buffer.from(`${before}${secret}${after}`).toString(encoding as "base64")
        const left = scrubbed(encoded, [secret])
        expect(left).toContain("…")
        // What is left on either side holds at most two bytes of it.
        const parts = left.split("…").map((part) => Buffer.from(part, "base64").toString())
        for (const part of parts) expect(part).not.toContain(secret.slice(2, -3))
      },
    ),
  )
})

test("a text without the secret stays as it is, and an empty or short secret takes nothing apart", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes("zq"))
      expect(scrubbed(text, ["", "zq"])).toBe(text)
    }),
  )
})
