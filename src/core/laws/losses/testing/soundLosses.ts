import * as tf from "@saddlepoint/engine/tf"
import type { AnyLoss, LawFacts, Loss, Role, Scope } from "../../../contracts/loss.ts"

/** A built loss in a few words: what a side minimises, and the facts. */
export function made<R extends Role>(
  role: R,
  name: string,
  loss: Loss<R>["sides"] & { readonly laws: LawFacts[R]; readonly scope?: Scope },
): Extract<AnyLoss, { readonly role: R }> {
  const { laws, scope = "example", ...sides } = loss
  return { role, name, weight: 1, scope, sides, laws } as unknown as Extract<AnyLoss, { readonly role: R }>
}

/** Mean over all but the batch. */
export const within = (values: tf.Tensor): tf.Tensor => tf.mean(tf.reshape(values, [values.shape[0]!, -1]), 1)

/** Squared magnitude of each example. */
export const squared = (values: tf.Tensor): tf.Tensor =>
  tf.sum(tf.reshape(tf.square(values), [values.shape[0]!, -1]), 1)

const meanSquare = (output: tf.Tensor, target: tf.Tensor) => within(tf.square(tf.sub(output, target)))

/** Gradient of a critic's scores in the images. */
export const slopes = (score: (images: tf.Tensor) => tf.Tensor, images: tf.Tensor): tf.Tensor =>
  tf.grad((x) => tf.sum(score(x)))(images)

/** `-log softmax(logits)[label]`, `[batch]`. */
export const crossEntropy = (logits: tf.Tensor, labels: tf.Tensor): tf.Tensor =>
  tf.neg(tf.sum(tf.mul(tf.oneHot(labels, logits.shape[1]!), tf.logSoftmax(logits)), 1))

const meansApart = (source: tf.Tensor, target: tf.Tensor) =>
  tf.mean(tf.square(tf.sub(tf.mean(source, 0), tf.mean(target, 0))))

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const columns = (rows: readonly (readonly number[])[]) => rows[0]!.map((_, at) => rows.map((row) => row[at]!))

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))

/** One sound loss of each role, of both scopes where a role has both. */
export const soundLosses = {
  squares: made("reconstruction", "squares", {
    learner: ({ output, target }) => meanSquare(output, target),
    laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
  }),
  matching: made("features", "matching", {
    learner: ({ output, target }) =>
      tf.mean(tf.stack(output.map((layer, at) => meanSquare(layer, target[at]!))), 0),
    laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => d ** 2 },
  }),
  logistic: made("adversarial", "logistic", {
    opponent: ({ real, fake }) =>
      tf.add(within(tf.softplus(tf.neg(real.scores!))), within(tf.softplus(fake.scores!))),
    learner: ({ fake }) => within(tf.softplus(tf.neg(fake.scores!))),
    laws: { values: (real, fake) => [softplus(-real) + softplus(fake), softplus(-fake)] },
  }),
  relativistic: made("adversarial", "relativistic", {
    opponent: ({ real, fake }) => relative(real.scores!, fake.scores!),
    learner: ({ real, fake }) => relative(fake.scores!, real.scores!),
    scope: "batch",
    laws: { values: (real, fake) => [2 * softplus(fake - real), 2 * softplus(real - fake)] },
  }),
  r1: made("critic", "r1", {
    opponent: ({ real, score }) => tf.mul(squared(slopes(score, real)), 5),
    laws: { constantSlope: (norm) => 5 * norm ** 2, vanishesAt: 0 },
  }),
  interpolated: made("critic", "interpolated", {
    opponent({ real, fake, score }, { draw }) {
      const share = draw("share", [real.shape[0]!, 1, 1, 1], { kind: "uniform" })
      const between = tf.add(real, tf.mul(share, tf.sub(fake, real)))
      return tf.square(tf.sub(tf.sqrt(tf.add(squared(slopes(score, between)), 1e-12)), 1))
    },
    laws: { constantSlope: (norm) => (norm - 1) ** 2, vanishesAt: 1 },
  }),
  entropy: made("classification", "entropy", {
    learner: ({ logits, labels }) => crossEntropy(logits, labels),
    opponent: ({ logits, labels }) => crossEntropy(logits, labels),
    laws: {
      undecided: Math.log,
      certain: 0,
      ahead: (lead, classes) => Math.log(1 + (classes - 1) * Math.exp(-lead)),
    },
  }),
  means: made("domains", "means", {
    learner: ({ source, target }) => meansApart(source, target),
    scope: "batch",
    laws: {
      definition: (source, target) =>
        mean(columns(source).map((values, at) => (mean(values) - mean(columns(target)[at]!)) ** 2)),
    },
  }),
  divergence: made("regulariser", "divergence", {
    learner: ({ values: { mean, logVariance } }) =>
      tf.div(tf.sum(tf.sub(tf.add(tf.exp(logVariance!), tf.square(mean!)), tf.add(logVariance!, 1)), 1), 2),
    laws: {
      values: { mean: [3], logVariance: [3] },
      least: 0,
      constant: (value) => (3 * (Math.exp(value) + value ** 2 - value - 1)) / 2,
      definition: ([example]) =>
        example!.mean!.reduce((sum, mean, at) => {
          const logVariance = example!.logVariance![at]!
          return sum + (Math.exp(logVariance) + mean ** 2 - logVariance - 1) / 2
        }, 0),
    },
  }),
} as const satisfies Record<string, AnyLoss>

/** Relativistic average logistic loss (Jolicoeur-Martineau 2019): `above` should score above the mean of `below`. */
function relative(above: tf.Tensor, below: tf.Tensor): tf.Tensor {
  return tf.add(
    tf.mean(tf.softplus(tf.sub(tf.mean(below), above))),
    tf.mean(tf.softplus(tf.sub(below, tf.mean(above)))),
  )
}
