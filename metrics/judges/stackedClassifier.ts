import { learn } from "@saddlepoint/core/contracts/game"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import type { Mode } from "@saddlepoint/core/contracts/player"
import { type Options, type Plugin, type Use, use } from "@saddlepoint/core/contracts/plugin"
import { softmaxCrossEntropy } from "@saddlepoint/core/losses/softmaxCrossEntropy"
import * as tf from "@saddlepoint/engine/tf"
import { classExam } from "./classExam.ts"
import { convolutionalFeatures } from "./convolutionalFeatures.ts"
import { decayingAdam } from "./decayingAdam.ts"
import { type JudgeOptions, judgeOptions } from "./judgeOptions.ts"
import { type JudgingPlayer, tap } from "./tap.ts"

export const stackedClassifierPlugin: Plugin<"judge", TrainedJudge> = {
  kind: "judge",
  name: "stackedClassifier",
  version: 1,
  options: judgeOptions(800),
  build: (options: JudgeOptions): TrainedJudge => ({
    seed: options.seed,
    steps: options.steps,
    player: "classifier",
    task: "the class of each colour of an image, by cross-entropy, on real training images",
    stages({ splits: { train }, classes }) {
      // Before anything is played, so that a plan tells it.
      const each = classesOfEach(classes)
      return [
        {
          name: "classifier",
          share: 1,
          batch: 16,
          data: async () => train,
          play: ({ seed }) => ({
            players: { classifier: stackedNetwork("classifier", each, options.width, seed) },
            moves: [
              learn({
                name: "classifier",
                learns: ["classifier"],
                optimiser: decayingAdam(3e-3),
                objective({ batch, players }) {
                  const { colourLogits } = players.classifier!.apply({ image: batch.image! }, "train")
                  const crossEntropy = softmaxCrossEntropy(colourLogits!, colourLabels(batch.label!, each))
                  return { total: crossEntropy, terms: { crossEntropy } }
                },
              }),
            ],
          }),
        },
      ]
    },
    exam: (player, dataset) =>
      classExam("the classes of stacked images, all colours right", options.atLeast, player, dataset),
  }),
}

/**
 * The classifier of stacked images (`stacked`): one small network that looks at each colour alone, as a digit classifier judges stacked MNIST (Metz et
 * al. 2017, section 3.3.1). Its logits are of the combinations, the sum of the colours' own.
 */
export function stackedClassifier(options: Partial<Options<JudgeOptions>> = {}): Use<"judge"> {
  return use(stackedClassifierPlugin, options)
}

/** Classes of each colour. Throws one sentence where the dataset is not of three stacked images. */
function classesOfEach(classes: readonly string[] | undefined): number {
  const each = Math.round((classes?.length ?? 0) ** (1 / 3))
  if (classes !== undefined && each > 0 && each ** 3 === classes.length) return each
  throw new Error(
    `Expected a dataset of three stacked images for the judge stackedClassifier, but got ${classes?.length ?? "no"} classes; put stacked() around a dataset.`,
  )
}

/** The classes of the colours `[3 batch]`, colour by colour within each image, from those of combinations `[batch]`. */
function colourLabels(labels: tf.Tensor, each: number): tf.Tensor {
  return tf.tidy(() => {
    const whole = tf.cast(labels, "float32")
    const upper = tf.floor(tf.div(tf.add(whole, 0.5), each))
    const first = tf.floor(tf.div(tf.add(upper, 0.5), each))
    const [second, third] = [tf.sub(upper, tf.mul(first, each)), tf.sub(whole, tf.mul(upper, each))]
    return tf.cast(tf.reshape(tf.stack([first, second, third], 1), [-1]), "int32")
  })
}

function stackedNetwork(name: string, each: number, width: number, seed: number): JudgingPlayer {
  const colour = convolutionalFeatures(
    name,
    { channels: 1, width, size: 4 * width, tasks: { class: each } },
    seed,
  )
  const apply = (images: tf.Tensor, mode: Mode) => {
    const [batch, height, w] = images.shape as [number, number, number, number]
    const colours = tf.reshape(tf.transpose(images, [0, 3, 1, 2]), [3 * batch, height, w, 1])
    const colourLogits = colour.apply({ image: colours }, mode).classLogits!
    const [red, green, blue] = tf.split(tf.reshape(colourLogits, [batch, 3, each]), 3, 1)
    const combined = tf.add(
      tf.add(tf.reshape(red!, [batch, each, 1, 1]), tf.reshape(green!, [batch, 1, each, 1])),
      tf.reshape(blue!, [batch, 1, 1, each]),
    )
    return { colourLogits, classLogits: tf.reshape(combined, [batch, each ** 3]) }
  }
  return {
    ...colour,
    apply: ({ image }, mode) => tf.tidy(() => apply(image!, mode)),
    taps: {
      logits: tap("summed logits of the colours' classes", (images) => apply(images, "evaluate").classLogits),
    },
  }
}
