import * as tf from "@saddlepoint/engine/tf"
import { crossEntropy, made, slopes, soundLosses, squared, within } from "../soundLosses.ts"
import { before, only, type SubtleBugs, taught } from "./subtleBug.ts"

const { entropy, r1, matching, means, divergence } = soundLosses

const penalty = (paid: (slopes: tf.Tensor) => tf.Tensor) =>
  made("critic", "broken", { opponent: ({ real, score }) => paid(slopes(score, real)), laws: r1.laws })

const ofLogits = (side: (logits: tf.Tensor, labels: tf.Tensor) => tf.Tensor) =>
  made("classification", "broken", {
    learner: ({ logits, labels }) => side(logits, labels),
    laws: entropy.laws,
  })

const ofMeans = (distance: (gap: tf.Tensor) => tf.Tensor, see = (x: tf.Tensor) => x) =>
  made("domains", "broken", {
    learner: ({ source, target }) => distance(tf.sub(tf.mean(see(source), 0), tf.mean(see(target), 0))),
    scope: "batch",
    laws: means.laws,
  })

const ofLayers = (see: (layer: tf.Tensor) => tf.Tensor) =>
  made("features", "broken", {
    learner: ({ output, target }) =>
      tf.mean(tf.stack(output.map((layer, at) => within(tf.square(see(tf.sub(layer, target[at]!)))))), 0),
    laws: matching.laws,
  })

const ofGaussian = (kept: (each: tf.Tensor) => tf.Tensor) =>
  made("regulariser", "broken", {
    learner: ({ values: { mean, logVariance } }) => {
      const each = tf.sub(tf.add(tf.exp(logVariance!), tf.square(mean!)), tf.add(logVariance!, 1))
      return tf.div(tf.sum(kept(each), 1), 2)
    },
    laws: divergence.laws,
  })

export const otherRoles: SubtleBugs = {
  "a penalty of half the weight": {
    broken: penalty((slopes) => tf.mul(squared(slopes), 2.5)),
    laws: ["constantSlope"],
  },
  "a penalty whose gradient is 0.998 of it": {
    broken: penalty((slopes) => tf.mul(squared(taught(slopes, () => 0.998)), 5)),
    laws: ["gradient"],
  },
  "a penalty of the first 8 x 8 pixels": {
    broken: penalty((slopes) => tf.mul(squared(only(slopes, 8, [1, 2])), 5)),
    laws: ["constantSlope"],
  },
  "a penalty that spares examples from the fourth on": {
    broken: penalty((slopes) => tf.mul(squared(tf.mul(slopes, before(slopes, 3, 0))), 5)),
    laws: ["independentExamples", "batchPermutation", "constantSlope"],
  },
  "a penalty whose norms are drawn to 0.99": {
    broken: made("critic", "broken", {
      opponent: ({ real, score }) =>
        tf.square(tf.sub(tf.sqrt(tf.add(squared(slopes(score, real)), 1e-12)), 0.99)),
      laws: { constantSlope: (norm) => (norm - 1) ** 2, vanishesAt: 1 },
    }),
    laws: ["constantSlope", "vanishing"],
  },
  "a penalty whose norms leave out the last value": {
    broken: penalty((slopes) => {
      const rows = tf.reshape(slopes, [slopes.shape[0]!, -1])
      return tf.mul(squared(only(rows, Math.max(1, rows.shape[1]! - 1), [1])), 5)
    }),
    laws: ["constantSlope"],
  },
  "a penalty of the squared norm's distance from 1": {
    broken: made("critic", "broken", {
      opponent: ({ real, score }) => tf.square(tf.sub(squared(slopes(score, real)), 1)),
      laws: { constantSlope: (norm) => (norm - 1) ** 2, vanishesAt: 1 },
    }),
    laws: ["constantSlope"],
  },
  "a penalty of one side that is declared as one of two": {
    broken: made("critic", "broken", {
      opponent: ({ real, score }) =>
        tf.square(tf.relu(tf.sub(tf.sqrt(tf.add(squared(slopes(score, real)), 1e-12)), 1))),
      laws: { constantSlope: (norm) => (norm - 1) ** 2, vanishesAt: 1 },
    }),
    laws: ["constantSlope", "flatterCritics"],
  },
  "labels that are smoothed by a thousandth": {
    broken: ofLogits((logits, labels) =>
      tf.sub(tf.mul(crossEntropy(logits, labels), 0.999), tf.mul(tf.mean(tf.logSoftmax(logits), 1), 0.001)),
    ),
    laws: ["certain", "ahead", "towardsLabel"],
  },
  "logits that are clipped at 10": {
    broken: ofLogits((logits, labels) => crossEntropy(tf.clipByValue(logits, -10, 10), labels)),
    laws: ["certain", "ahead"],
  },
  "classes from the seventh on that are not held back": {
    broken: ofLogits((logits, labels) =>
      crossEntropy(
        taught(logits, (x) => before(x, 6, 1)),
        labels,
      ),
    ),
    laws: ["gradient"],
  },
  "a distance of half the size": {
    broken: ofMeans((gap) => tf.div(tf.mean(tf.square(gap)), 2)),
    laws: ["definition"],
  },
  "a distance of the first 4 examples": {
    broken: ofMeans(
      (gap) => tf.mean(tf.square(gap)),
      (x) => only(x, 4, [0]),
    ),
    laws: ["batchPermutation", "rowPermutation", "definition"],
  },
  "a distance of the first 8 features": {
    broken: ofMeans((gap) => tf.mean(tf.square(only(gap, 8, [0])))),
    laws: ["definition"],
  },
  "feature maps of which 8 x 8 count": {
    broken: ofLayers((layer) => (layer.rank === 4 ? only(layer, 8, [1, 2]) : layer)),
    laws: ["meanOverPositions"],
  },
  "features beyond 5 apart that are held constant": {
    broken: ofLayers((layer) => taught(layer, (x) => tf.cast(tf.less(tf.abs(x), 5), "float32"))),
    laws: ["gradient"],
  },
  "a divergence without its last dimension": {
    broken: ofGaussian((each) => only(each, 2, [1])),
    laws: ["definition", "constantValue"],
  },
  "a divergence whose dimensions are weighted alike only in sum": {
    broken: ofGaussian((each) => tf.mul(each, tf.tensor1d([1.5, 1, 0.5]))),
    laws: ["definition"],
  },
}
