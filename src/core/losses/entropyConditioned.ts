import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AdversarialFacts, PlainTensor } from "../contracts/loss.ts"
import { stopGradient } from "../layers/stopGradient.ts"
import { loss } from "./define.ts"
import { withinExample } from "./objectives/objective.ts"
import { softplus } from "./objectives/softplus.ts"

/**
 * The domain loss of CDAN+E (Long et al. 2018, equation 9): binary cross-entropy on logits in which examples that the classifier is
 * sure of count more, by `1 + exp(-H)` with the entropy H of their answer. Sees `classLogits` beside the `scores`; no gradient goes
 * through the weights.
 *
 * Option `over`: weights are divided by their sum over each `domain` (the default, as in the authors' code), or over `both`, as in
 * Transfer-Learning-Library, where a domain of surer answers counts more.
 */
export const entropyConditioned = loss("adversarial", {
  name: "entropyConditioned",
  version: 1,
  scope: "batch",
  options: {
    over: Schema.Literals(["domain", "both"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("domain" as const)),
    ),
  },
  opponent({ real, fake }, { over }) {
    const losses = [
      withinExample(tf.softplus(tf.neg(real.scores!))),
      withinExample(tf.softplus(fake.scores!)),
    ] as const
    const weights = [certainty(real.classLogits!, over), certainty(fake.classLogits!, over)] as const
    if (over === "domain") return tf.add(weighted(losses[0], weights[0]), weighted(losses[1], weights[1]))
    // Twice the mean over both domains, as the sum of two means is where weights are equal.
    return tf.mul(2, weighted(tf.concat([...losses]), tf.concat([...weights])))
  },
  learner: ({ fake }, { over }) =>
    weighted(withinExample(tf.softplus(tf.neg(fake.scores!))), certainty(fake.classLogits!, over)),
  laws: ({ over }) =>
    over === "domain"
      ? { values: binaryCrossEntropies, classLogits: true, least: [0, 0], definition: definitionOf(over) }
      : {
          // Between the domains weights make no difference only where both lose the same.
          values: [0, 0.5, -1, 3, -6, 14, 20, -20].map((real): readonly [number, number, number, number] => [
            real,
            -real,
            ...binaryCrossEntropies(real, -real),
          ]),
          classLogits: true,
          least: [0, 0],
          definition: definitionOf(over),
          declines: { margin: "Binary cross-entropy has a slope everywhere." },
        },
  examples: [{ over: "domain" }, { over: "both" }],
})

/** Both values in plain numbers, example by example. */
function definitionOf(over: keyof typeof floors): NonNullable<AdversarialFacts["definition"]> {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  const examplesOf = (domain: Readonly<Record<string, PlainTensor>>, sign: 1 | -1): readonly Weighted[] => {
    const rows = rowsIn(domain.scores!)
    return rowsIn(domain.classLogits!).map((logits, at) => {
      const shares = logits.map((logit) => 1 / sum(logits.map((other) => Math.exp(other - logit))))
      const entropy = -sum(shares.map((share) => share * Math.log(share + floors[over])))
      const loss = sum(rows[at]!.map((score) => softplus(sign * score))) / rows[at]!.length
      return { loss, weight: 1 + Math.exp(-entropy) }
    })
  }
  const mean = (examples: readonly Weighted[]) =>
    sum(examples.map(({ loss, weight }) => loss * weight)) / sum(examples.map(({ weight }) => weight))
  return (real, fake) => {
    const domains = [examplesOf(real, -1), examplesOf(fake, 1)] as const
    const opponent = over === "domain" ? mean(domains[0]) + mean(domains[1]) : 2 * mean(domains.flat())
    return [opponent, mean(examplesOf(fake, -1))]
  }
}

interface Weighted {
  readonly loss: number
  readonly weight: number
}

function rowsIn({ shape: [batch], values }: PlainTensor): readonly (readonly number[])[] {
  const size = values.length / batch!
  return Array.from({ length: batch! }, (_, row) => values.slice(row * size, (row + 1) * size))
}

/** Where all examples of a domain have the same score their weights make no difference: those of the opponent and of the learner. */
const binaryCrossEntropies = (real: number, fake: number) =>
  [softplus(-real) + softplus(fake), softplus(-fake)] as const

/** Added to shares before their logarithm, as in the code that each form follows. */
const floors = { domain: 1e-8, both: 1e-5 } as const

/** `1 + exp(-H)` of each example, `[batch]`, a constant. */
function certainty(logits: tf.Tensor, over: keyof typeof floors): tf.Tensor {
  const answers = tf.softmax(logits)
  const entropy = tf.neg(tf.sum(tf.mul(answers, tf.log(tf.add(answers, floors[over]))), 1))
  return stopGradient(tf.add(1, tf.exp(tf.neg(entropy))))
}

function weighted(losses: tf.Tensor, weights: tf.Tensor): tf.Scalar {
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights))
}
