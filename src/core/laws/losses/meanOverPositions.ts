import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import type { Loss } from "../../contracts/loss.ts"
import { expectClose } from "../closeness.ts"
import type { Law } from "../law.ts"
import { casesOf, fill, over } from "./cases.ts"
import { inputsOf, sidesOf, valuesOf } from "./side.ts"

export const meanOverPositions: Law = {
  name: "meanOverPositions",
  statement:
    "Repeating an example's positions (rows, columns, channels) leaves its value: it is a mean over them, not a sum.",
  applies: () => true,
  property: (loss) => {
    const twice = fc.constantFrom(2, 1)
    const channels =
      loss.role === "reconstruction" && loss.laws.channels === undefined ? twice : fc.constant(1)
    const repeat = fc.tuple(twice, twice, channels).map((times) => [...times])
    return over(casesOf(loss, { shape: maps(loss), repeat }), (one) => {
      const small = Object.fromEntries(
        inputsOf(loss).map((name) => [name, content(loss, one[name]!, one.shape!)]),
      )
      const large = Object.fromEntries(
        Object.entries(small).map(([name, tensor]) => [name, tf.tile(tensor, [1, ...one.repeat!])]),
      )
      for (const side of sidesOf(loss)) {
        expectClose(
          `${side.name} after repeating positions ${one.repeat!.join(" x ")} times`,
          valuesOf(loss, side, large),
          valuesOf(loss, side, small),
        )
      }
    })
  },
}

/** Score maps and images with three axes of positions; scores need at least the two of a map. */
function maps(loss: Loss): fc.Arbitrary<number[]> {
  const least = loss.role === "reconstruction" ? (loss.laws.minimumSide ?? 1) : 1
  const side = fc.integer({ min: least, max: least + 2 })
  const channels = loss.role === "reconstruction" ? (loss.laws.channels ?? 1) : 1
  return fc
    .tuple(fc.integer({ min: 1, max: 3 }), side, side, fc.constant(channels))
    .map((shape) => [...shape])
}

/** A loss with a window sees the seams of a repeated image, so its examples are each of one value. */
function content(loss: Loss, values: readonly number[], shape: readonly number[]): tf.Tensor {
  const windowed = loss.role === "reconstruction" && (loss.laws.minimumSide ?? 1) > 1
  if (!windowed) return fill(values, shape)
  const [batch, ...positions] = shape
  return tf.tile(fill(values, [batch!, ...positions.map(() => 1)]), [1, ...positions])
}
