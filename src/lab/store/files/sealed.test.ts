import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { readSealed, sealed, writeSealed } from "./sealed.ts"

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "saddlepoint-sealed-"))
  file = join(folder, "record.json")
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const record = fc
  .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 })
  .map((rest) => ({ ...rest, schema: 2 }))

test("what was written is read back, without the digest", () => {
  fc.assert(
    fc.property(record, (value) => {
      writeSealed(file, value)
      expect(readSealed(file, 2)).toEqual({ value: JSON.parse(JSON.stringify(value)) })
    }),
  )
})

test("no byte can be changed, left out or put in without being seen, not even a space", () => {
  const edit = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.constantFrom("other", "less", "more"))
  fc.assert(
    fc.property(record, edit, (value, [place, byte, how]) => {
      const bytes = Buffer.from(sealed(value))
      const at = place % bytes.length
      fc.pre(how !== "other" || bytes[at] !== byte)
      const after = bytes.subarray(how === "more" ? at : at + 1)
      const edited = Buffer.concat([
        bytes.subarray(0, at),
        ...(how === "less" ? [] : [Buffer.from([byte])]),
        after,
      ])
      writeFileSync(file, edited)
      expect(readSealed(file, 2)).toBe("broken")
    }),
    { numRuns: 500 },
  )
})

test("the digest can be computed by anyone: it is that of the text without its line", () => {
  writeSealed(file, { schema: 2, arm: "gan" })
  expect(readFileSync(file, "utf8")).toBe(`{
  "schema": 2,
  "arm": "gan",
  "digest": "dc7fd7d08e87efe92b598f7447b1f5826b4a49629e4fa3c1b535ba6e2b201eb9"
}
`)
})

test("files of earlier schemas are believed, later ones are not without their digest, and none is no file", () => {
  writeFileSync(file, '{"schema": 1, "arm": "gan"}')
  expect(readSealed(file, 2)).toEqual({ value: { schema: 1, arm: "gan" } })
  writeFileSync(file, '{"schema": 2, "arm": "gan"}')
  expect(readSealed(file, 2)).toBe("broken")
  expect(readSealed(join(folder, "nothing.json"), 2)).toBe("absent")
  expect(readSealed(folder, 2)).toBe("broken")
})
