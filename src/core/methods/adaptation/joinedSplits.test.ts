import { expect, test } from "vitest"
import { twoBars } from "../../testing/twoBars.ts"
import { joinedSplits } from "./joinedSplits.ts"

test("it holds the examples of one split, then those of the other, whatever is read together", async () => {
  const { train, validation } = twoBars().splits
  const joined = joinedSplits(train, validation)
  expect({ size: joined.size, fields: joined.fields }).toEqual({ size: 50, fields: train.fields })
  const { image, label } = await joined.read([43, 3, 40, 39])
  const [first, second] = [await train.read([3, 39]), await validation.read([3, 0])]
  const row = (values: { readonly image?: ArrayLike<number> }, at: number) =>
    Array.from(values.image!).slice(at * 144, (at + 1) * 144)
  expect([0, 1, 2, 3].map((at) => row({ image: image! }, at))).toEqual([
    row(second, 0),
    row(first, 0),
    row(second, 1),
    row(first, 1),
  ])
  expect(Array.from(label!)).toEqual([1, 1, 0, 1])
})
