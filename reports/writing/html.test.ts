import fc from "fast-check"
import { expect, test } from "vitest"
import { escaped, html, markup } from "./html.ts"

test("text is escaped, markup is kept, lists are joined and nothing is nothing", () => {
  const items = ["<b>", "&"].map((text) => html`<li>${text}</li>`)
  expect(
    html`<ul title="${'"quoted"'}">${items}${null}${false}${undefined}${0}</ul>${markup("<hr>")}`.html,
  ).toBe('<ul title="&quot;quoted&quot;"><li>&lt;b&gt;</li><li>&amp;</li>0</ul><hr>')
})

test("no text can open a tag or leave an attribute", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(escaped(text)).not.toMatch(/[<>"']/)
    }),
  )
})
