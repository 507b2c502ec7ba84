import * as tf from "@saddlepoint/engine/tf"
import { plainCrossEntropy } from "./crossEntropy.ts"
import { loss } from "./define.ts"
import { negativeLogLikelihoods } from "./softmaxCrossEntropy.ts"

/**
 * The class loss of an auxiliary classifier GAN (Odena et al. 2017, "Conditional image synthesis with auxiliary classifier GANs", equation 3): the
 * discriminator also tells classes, and both players want it to be right.
 *
 * The opponent sees the logits of as many real as generated examples in one batch, real ones first, with the classes that they have or were
 * made for, and minimises `E -log p(class | real) + E -log p(class | generated)`: twice the mean over both. The learner sees those of the
 * generated examples alone. Some codes take a tenth of it for the generator (WGAN-GP's on CIFAR-10), which `weight` cannot say, as it counts
 * for both players here.
 */
export const auxiliaryClassifier = loss("classification", {
  name: "auxiliaryClassifier",
  version: 1,
  learner: ({ logits, labels }) => negativeLogLikelihoods(logits, labels),
  opponent: ({ logits, labels }) => tf.mul(negativeLogLikelihoods(logits, labels), 2),
  laws: {
    undecided: Math.log,
    certain: 0,
    ahead: (lead, classes) => Math.log(1 + (classes - 1) * Math.exp(-lead)),
    opponentFactor: 2,
    definition: plainCrossEntropy,
  },
})
