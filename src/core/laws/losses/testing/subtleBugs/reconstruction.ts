import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { made, soundLosses, within } from "../soundLosses.ts"
import { before, only, type SubtleBugs, taught } from "./subtleBug.ts"

const { laws } = soundLosses.squares
const { abs, square } = tf

/** Declared as the mean square, and something else. */
const broken = (each: (difference: tf.Tensor) => tf.Tensor, value = within) =>
  made("reconstruction", "broken", {
    learner: ({ output, target }) => value(each(tf.sub(output, target))),
    laws,
  })

/** Declared as the mean magnitude, and something else. */
const magnitudes = (each: (difference: tf.Tensor) => tf.Tensor) =>
  made("reconstruction", "broken", {
    learner: ({ output, target }) => within(each(tf.sub(output, target))),
    laws: { atTarget: 0, smoothAtTarget: false, constantDifference: Math.abs },
  })

const huber = (d: number, threshold: number) =>
  Math.abs(d) <= threshold ? d ** 2 / 2 : threshold * (Math.abs(d) - threshold / 2)

const huberTensor = (d: tf.Tensor, threshold: number) => {
  const near = tf.minimum(abs(d), threshold)
  return tf.add(tf.div(square(near), 2), tf.mul(tf.sub(abs(d), near), threshold))
}

const sizeOf = (x: tf.Tensor, axis: number) => x.shape[axis]!

export const reconstruction: SubtleBugs = {
  "a half": { broken: broken((d) => tf.div(square(d), 2)), laws: ["constantDifference"] },
  "a factor of 0.998": { broken: magnitudes((d) => tf.mul(abs(d), 0.998)), laws: ["constantDifference"] },
  "an offset of 9e-5": {
    broken: broken((d) => tf.add(square(d), 9e-5)),
    laws: ["valueAtTarget", "constantDifference"],
  },
  "a gradient times 0.998": { broken: broken((d) => square(taught(d, () => 0.998))), laws: ["gradient"] },
  "a gradient with 1e-4 too much at every pixel": {
    broken: broken((d) =>
      tf.add(
        square(d),
        tf.mul(
          1e-4,
          tf.sub(
            d,
            taught(d, () => 0),
          ),
        ),
      ),
    ),
    laws: ["gradient", "flatAtTarget"],
  },
  "differences that are clipped at 0.8": {
    broken: magnitudes((d) => tf.minimum(abs(d), 0.8)),
    laws: ["constantDifference"],
  },
  "a gradient that is dead beyond differences of 1.5": {
    broken: broken((d) => square(taught(d, (x) => tf.cast(tf.less(abs(x), 1.5), "float32")))),
    laws: ["gradient"],
  },
  "a Huber loss whose threshold is 0.6 for 1": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => within(huberTensor(tf.sub(output, target), 0.6)),
      laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => huber(d, 1) },
    }),
    laws: ["constantDifference"],
  },
  "a Huber loss whose linear half lacks what is taken off it": {
    broken: made("reconstruction", "broken", {
      learner: ({ output, target }) => {
        const size = abs(tf.sub(output, target))
        const far = tf.cast(tf.greater(size, 1), "float32")
        return within(tf.add(huberTensor(tf.sub(output, target), 1), tf.div(far, 2)))
      },
      laws: { atTarget: 0, smoothAtTarget: true, constantDifference: (d) => huber(d, 1) },
    }),
    laws: ["constantDifference"],
  },
  "images that are not square and count a hundredth more": {
    broken: broken((d) => tf.mul(square(d), sizeOf(d, 1) === sizeOf(d, 2) ? 1 : 1.01)),
    laws: ["meanOverPositions", "constantDifference"],
  },
  "only the first 8 x 8 pixels": {
    broken: broken((d) => square(only(d, 8, [1, 2]))),
    laws: ["meanOverPositions"],
  },
  "only the first 6 channels": {
    broken: broken((d) => square(only(d, 6, [3]))),
    laws: ["meanOverPositions"],
  },
  "a last row of an odd height that is left out": {
    broken: broken((d) => square(only(d, Math.max(1, sizeOf(d, 1) - (sizeOf(d, 1) % 2)), [1]))),
    laws: ["meanOverPositions"],
  },
  "a mean that divides by the height twice": {
    broken: broken(square, (d) => tf.div(tf.sum(d, [1, 2, 3]), sizeOf(d, 1) ** 2 * sizeOf(d, 3))),
    laws: ["meanOverPositions", "constantDifference"],
  },
  "a mean that is wrong in batches from 4 on": {
    broken: broken((d) => tf.mul(square(d), sizeOf(d, 0) >= 4 ? 1.01 : 1)),
    laws: ["independentExamples", "constantDifference"],
  },
  "examples from the fourth on that are held constant": {
    broken: broken((d) => square(taught(d, (x) => before(x, 4, 0)))),
    laws: ["gradient"],
  },
  "examples from the fifth on that count nothing": {
    broken: broken((d) => tf.mul(square(d), before(d, 5, 0))),
    laws: ["independentExamples", "batchPermutation", "constantDifference"],
  },
  "columns from the ninth on that are held constant": {
    broken: broken((d) => square(taught(d, (x) => before(x, 8, 2)))),
    laws: ["gradient"],
  },
  "the mean of the batch for every example": {
    broken: broken((d) => tf.add(tf.mul(square(d), 0), tf.mean(square(d)))),
    laws: ["independentExamples"],
  },
  "unseeded noise": {
    broken: broken((d) => tf.add(square(d), tf.mul(1e-7, tf.randomUniform(d.shape)))),
    laws: ["repeatable"],
  },
  "noise of a generator of its own": {
    broken: broken((d) => tf.add(square(d), 1e-5 * own.uniform())),
    laws: ["repeatable", "steady"],
  },
  "noise with a seed, the same at every call": {
    broken: broken((d) => tf.mul(square(d), tf.randomUniform(d.shape, 0.999, 1.001, "float32", 7))),
    laws: ["meanOverPositions", "independentExamples", "batchPermutation", "constantDifference"],
  },
  "noise that a counter gives": {
    broken: broken((d) => tf.add(square(d), 1e-4 * Math.sin(calls.noise++) ** 2)),
    laws: ["repeatable", "steady"],
  },
}

const own = stream("a loss's own")
const calls = { noise: 0, worn: 0 }

/** Right for 2,500 calls. It is worn for ever after, so that a test must try it last. */
export const worn = broken((d) => (calls.worn++ < 2500 ? square(d) : tf.mul(square(d), 1.001)))
