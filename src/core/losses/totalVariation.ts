import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"

/** Under the root of the isotropic form, so that it has a slope where neighbours are equal. */
const epsilon = 1e-8

const names = ["anisotropic", "isotropic", "squared"] as const
type Form = (typeof names)[number]

/**
 * How much neighbours in a player's `image` `[batch, height, width, channels]` differ. Differences v from row to row and h from column to
 * column are those inside the image; of one row or one column there are none.
 *
 * Option `form`: `anisotropic`, `|v|` and `|h|`; `squared`, `v^2` and `h^2` (the gradient of neural-style and fast-neural-style); `isotropic`,
 * `sqrt(v^2 + h^2 + 1e-8)` where there are both (Rudin et al. 1992, "Nonlinear total variation based noise removal algorithms"). Option
 * `reduction`: `mean` of the vertical ones plus that of the horizontal ones, the default, which does not depend on the size, or the `sum`
 * over each image, with which published weights of style transfer go (in pixels of their own range).
 */
export const totalVariation = loss("regulariser", {
  name: "totalVariation",
  version: 1,
  options: {
    form: Schema.Literals(names).pipe(Schema.withDecodingDefaultKey(Effect.succeed("anisotropic" as const))),
    reduction: Schema.Literals(["mean", "sum"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("mean" as const)),
    ),
  },
  learner: ({ values: { image } }, { form, reduction }) =>
    tf.addN(
      termsIn(image as tf.Tensor4D, form).map((each) => {
        if (each.size === 0) return tf.zeros([each.shape[0]!])
        return reduction === "mean" ? tf.mean(each, [1, 2, 3]) : tf.sum(each, [1, 2, 3])
      }),
    ),
  laws: ({ form, reduction }) => ({
    values: { image: sizes },
    least: 0,
    constant: () =>
      form !== "isotropic" ? 0 : Math.sqrt(epsilon) * (reduction === "mean" ? 1 : 5 * 4 * sizes[2]),
    definition: ([example]) => plainVariation(example!.image!, form, reduction),
  }),
  examples: [
    { form: "anisotropic", reduction: "mean" },
    { form: "isotropic", reduction: "sum" },
    { form: "squared", reduction: "sum" },
  ],
})

/** Of the images of the laws. */
const sizes = [6, 5, 3] as const

/** What is summed up at each position: of vertical and of horizontal differences, or of both together. */
function termsIn(image: tf.Tensor4D, form: Form): tf.Tensor[] {
  const [batch, height, width, channels] = image.shape
  const between = (later: [number, number], rows: number, columns: number) => {
    const size: [number, number, number, number] = [batch, rows, columns, channels]
    return tf.sub(tf.slice(image, [0, ...later, 0], size), tf.slice(image, [0, 0, 0, 0], size))
  }
  if (form === "isotropic") {
    const [rows, columns] = [height - 1, width - 1]
    const squares = tf.add(
      tf.square(between([1, 0], rows, columns)),
      tf.square(between([0, 1], rows, columns)),
    )
    return [tf.sqrt(tf.add(squares, epsilon))]
  }
  const differences = [between([1, 0], height - 1, width), between([0, 1], height, width - 1)]
  // |d| as in l1
  return differences.map((d) => (form === "squared" ? tf.square(d) : tf.add(tf.relu(d), tf.relu(tf.neg(d)))))
}

/** Of one image of the laws, value by value. */
function plainVariation(values: readonly number[], form: Form, reduction: "mean" | "sum"): number {
  const [height, width, channels] = sizes
  const at = (row: number, column: number, channel: number) =>
    values[(row * width + column) * channels + channel]!
  const terms: readonly number[][] = [[], [], []]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++) {
        const here = at(row, column, channel)
        const v = row + 1 < height ? at(row + 1, column, channel) - here : undefined
        const h = column + 1 < width ? at(row, column + 1, channel) - here : undefined
        const cost = (d: number) => (form === "squared" ? d * d : Math.abs(d))
        if (form !== "isotropic" && v !== undefined) terms[0]!.push(cost(v))
        if (form !== "isotropic" && h !== undefined) terms[1]!.push(cost(h))
        if (form === "isotropic" && v !== undefined && h !== undefined)
          terms[2]!.push(Math.sqrt(v * v + h * h + epsilon))
      }
    }
  }
  return terms.reduce((total, part) => {
    const sum = part.reduce((some, value) => some + value, 0)
    return total + (reduction === "mean" && part.length > 0 ? sum / part.length : sum)
  }, 0)
}
