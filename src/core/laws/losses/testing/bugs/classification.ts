import * as tf from "@saddlepoint/engine/tf"
import { crossEntropy, made } from "../soundLosses.ts"
import { type Bugs, detached } from "./bug.ts"

const ofLogits = (
  side: (logits: tf.Tensor, labels: tf.Tensor) => tf.Tensor,
  laws: {
    readonly undecided?: (classes: number) => number
    readonly ahead?: (lead: number, of: number) => number
  } = {},
) =>
  made("classification", "broken", {
    learner: ({ logits, labels }) => side(logits, labels),
    laws: { undecided: Math.log, certain: 0, ...laws },
  })

export const classification: Bugs = {
  "bits for nats": {
    broken: ofLogits((logits, labels) => tf.div(crossEntropy(logits, labels), Math.LN2)),
    law: "undecided",
  },
  "shares that are cut off at 0.9": {
    broken: ofLogits((logits, labels) => tf.maximum(crossEntropy(logits, labels), -Math.log(0.9))),
    law: "certain",
  },
  "mistakes beyond 5 nats that count seven times": {
    broken: ofLogits(
      (logits, labels) => {
        const loss = crossEntropy(logits, labels)
        return tf.add(loss, tf.mul(tf.relu(tf.sub(loss, 5)), 6))
      },
      { ahead: (lead, classes) => Math.log(1 + (classes - 1) * Math.exp(-lead)) },
    ),
    law: "ahead",
  },
  "hopeless examples that are given up": {
    broken: ofLogits(
      (logits, labels) => {
        const loss = crossEntropy(logits, labels)
        return tf.mul(loss, tf.exp(tf.neg(loss)))
      },
      { undecided: (classes) => Math.log(classes) / classes },
    ),
    law: "towardsLabel",
  },
  "classes that are not alike": {
    broken: ofLogits((logits, labels) => {
      const shares = tf.softmax(logits)
      const [one, other] = [0, 1].map((at) => tf.gather(shares, tf.scalar(at, "int32"), 1))
      const extra = tf.mul(tf.mul(one!, other!), tf.square(tf.sub(one!, other!)))
      return tf.add(crossEntropy(logits, labels), tf.mul(extra, 0.3))
    }),
    law: "classPermutation",
  },
  "logits that are held constant": {
    broken: ofLogits((logits, labels) => crossEntropy(detached(logits), labels)),
    law: "gradient",
  },
}
