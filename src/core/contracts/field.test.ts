import fc from "fast-check"
import { expect, test } from "vitest"
import { type FieldKind, type FieldKinds, missingFields } from "./field.ts"

const kinds = fc.dictionary(
  fc.constantFrom("image", "input", "target", "label", "source.image"),
  fc.constantFrom<FieldKind>("image", "class", "labelMap", "point", "text"),
) as fc.Arbitrary<FieldKinds>

test("nothing is missing where everything that is required is given, whatever else is given", () => {
  fc.assert(
    fc.property(kinds, kinds, (required, more) => {
      expect(missingFields(required, { ...more, ...required })).toEqual([])
    }),
  )
})

test("as many fields are missing as are required and not given in their kind", () => {
  fc.assert(
    fc.property(kinds, kinds, (required, given) => {
      const unlike = Object.keys(required).filter((name) => required[name] !== given[name])
      expect(missingFields(required, given)).toHaveLength(unlike.length)
    }),
  )
})

test("a missing field is named with its kind, unless its name says it", () => {
  expect(missingFields({ image: "image", target: "image", label: "class" }, { label: "labelMap" })).toEqual([
    "image",
    "target (image)",
    "label (class)",
  ])
})
