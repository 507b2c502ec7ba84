import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { loss } from "./define.ts"

/**
 * What is compared of two domains' features:
 * - `covariance`: `|C_S - C_T|_F^2 / (4 d^2)` (Sun and Saenko 2016, equation 1), blind to a shift.
 * - `momentMeans`: the mean squared differences of means and of covariances, as Transfer-Learning-Library and DomainBed have it.
 */
export type CoralForm = "covariance" | "momentMeans"

/**
 * Distance between the second moments of two batches of features; 0 for equal ones.
 * @param source, target float32 `[batch, features]`, at least 2 rows each; covariances are divided by rows - 1
 */
export function coralDistance(source: tf.Tensor2D, target: tf.Tensor2D, form: CoralForm): tf.Scalar {
  const [one, other] = [momentsOf(source), momentsOf(target)]
  const covariances = tf.square(tf.sub(one.covariance, other.covariance))
  const size = source.shape[1]
  if (form === "covariance") return tf.div(tf.sum(covariances), 4 * size ** 2)
  return tf.add(tf.mean(tf.square(tf.sub(one.mean, other.mean))), tf.mean(covariances))
}

function momentsOf(features: tf.Tensor2D): { readonly mean: tf.Tensor; readonly covariance: tf.Tensor } {
  const mean = tf.mean(features, 0, true)
  const centred = tf.sub(features, mean) as tf.Tensor2D
  return { mean, covariance: tf.div(tf.matMul(centred, centred, true, false), features.shape[0] - 1) }
}

/** Deep CORAL's loss (Sun and Saenko 2016) on two domains' features: `coralDistance`; option `form`, `covariance` by default. */
export const coral = loss("domains", {
  name: "coral",
  version: 1,
  scope: "batch",
  options: {
    form: Schema.Literals(["covariance", "momentMeans"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("covariance" as const)),
    ),
  },
  learner: ({ source, target }, { form }) =>
    coralDistance(source as tf.Tensor2D, target as tf.Tensor2D, form),
  laws: ({ form }) => ({
    definition(source, target) {
      const [one, other] = [plainMoments(source), plainMoments(target)]
      const size = one.means.length
      const covariances = squaredGap(one.covariances.flat(), other.covariances.flat())
      if (form === "covariance") return covariances / (4 * size ** 2)
      return squaredGap(one.means, other.means) / size + covariances / size ** 2
    },
  }),
  examples: [{ form: "covariance" }, { form: "momentMeans" }],
})

/** Means, and covariances pair by pair, of the columns of some rows. */
function plainMoments(rows: readonly (readonly number[])[]) {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const means = rows[0]!.map((_, i) => mean(rows.map((row) => row[i]!)))
  const unbiased = rows.length / (rows.length - 1)
  const covariance = (i: number, j: number) =>
    unbiased * mean(rows.map((row) => (row[i]! - means[i]!) * (row[j]! - means[j]!)))
  return { means, covariances: means.map((_, i) => means.map((_, j) => covariance(i, j))) }
}

const squaredGap = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0)
