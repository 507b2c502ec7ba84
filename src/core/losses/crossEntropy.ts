import { loss } from "./define.ts"
import { negativeLogLikelihoods } from "./softmaxCrossEntropy.ts"

/** Cross-entropy of classes with the softmax of logits, in nats: `ln classes` where nothing is told. */
export const crossEntropy = loss("classification", {
  name: "crossEntropy",
  version: 1,
  learner: ({ logits, labels }) => negativeLogLikelihoods(logits, labels),
  opponent: ({ logits, labels }) => negativeLogLikelihoods(logits, labels),
  laws: {
    undecided: Math.log,
    certain: 0,
    ahead: (lead, classes) => Math.log(1 + (classes - 1) * Math.exp(-lead)),
    definition: plainCrossEntropy,
  },
})

/** `log sum_k e^(logit_k) - logit_label` in plain numbers. */
export function plainCrossEntropy(logits: readonly number[], label: number): number {
  const most = Math.max(...logits)
  return most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) - logits[label]!
}
