import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { type Dataset, type OpenDataset, realImages } from "../contracts/dataset.ts"
import type { Answer, Asked, Method } from "../contracts/method.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { trivialAnswer } from "./trivialAnswer.ts"
import { worsePoints } from "./worsePoints.ts"

const known = new WeakSet<Method>()

/** Whether a method is one of these, which alone are shown what they should give. */
export const isControl = (method: Method): boolean => known.has(method)

/** Gives answers out of what should be answered: the target of a pair, or a real test example in the place of a sample. */
type OutOfReal = (dataset: OpenDataset) => Promise<(real: tf.Tensor, asked: Asked) => tf.Tensor>
/** The field of what should be answered. */
type Real = "target" | "image" | "point"

/**
 * Controls learn nothing. They answer with images of known quality, so that every metric shows its ceiling, its floor
 * and whether it tells good from bad on this dataset.
 */
function control(
  name: string,
  answer: (dataset: OpenDataset, field: Real) => Promise<Answer>,
): Plugin<"method", Method> {
  return {
    kind: "method",
    name,
    version: 1,
    // As many samples as the arms give, so that they are judged alike.
    options: { samples: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))) },
    slots: { data: { kind: "dataset" } },
    build: ({ data, samples }: { readonly data: Dataset; readonly samples?: number }): Method => {
      const { asked, field } = askedOf(data)
      const made: Method = {
        ...asked,
        ...(samples === undefined ? {} : { samples }),
        data,
        stages: () => [],
        answer: (dataset: OpenDataset) => answer(dataset, field),
      }
      known.add(made)
      return made
    },
  }
}

/** What a method of this dataset is asked for, and the field that is a perfect answer once the dataset is open. */
function askedOf({ fields }: Dataset) {
  const areImages = (...names: readonly string[]) => names.every((name) => fields[name] === "image")
  if (areImages("A.image", "B.image")) {
    // An open dataset of two domains puts an image of B beside each of A.
    const requires = { "A.image": "image", "B.image": "image" } as const
    return { asked: { answers: "translations", requires }, field: "target" } as const
  }
  if (areImages("target")) {
    const requires = { input: "image", target: "image" } as const
    return { asked: { answers: "pairs", requires }, field: "target" } as const
  }
  if (fields.point === "point") {
    return {
      asked: { answers: "points", requires: { point: "point" }, conditions: ["point"] },
      field: "point",
    } as const
  }
  // The class is for metrics alone: a control looks at the image.
  const conditions = ["image", ...(fields.label === "class" ? ["label"] : [])]
  return {
    asked: { answers: "samples", requires: { image: "image" }, conditions },
    field: "image",
  } as const
}

const outOfReal =
  (make: OutOfReal) =>
  async (dataset: OpenDataset, field: Real): Promise<Answer> => {
    const made = await make(dataset)
    return (batch, asked) => made(batch[field]!, asked)
  }

/** Answers with the real image: the ceiling of every metric. */
export const real = control(
  "real",
  outOfReal(async () => (image) => tf.clone(image)),
)

/** Answers with the real image blurred by a Gaussian whose standard deviation is 1/32 of the side (2 px at 64 px); with points as `worsePoints` says. */
export const blurred = control(
  "blurred",
  outOfReal(async (dataset) => {
    if (dataset.splits.train.fields.point !== undefined) return worsePoints(dataset.splits.train)
    const { split, field } = realImages(dataset)
    const { shape } = split.fields[field]!
    const sigma = Math.max(shape[0]!, shape[1]!) / 32
    return (image) => tf.tidy(() => blur(image as tf.Tensor4D, sigma))
  }),
)

/** Answers without looking at detail: the mean colour of each class (or of each pixel, without label maps) in the training split; the mean point. */
export const trivial = control("trivial", (dataset) => trivialAnswer(dataset))

/** The three controls, from best to worst. */
export const controls: readonly Plugin<"method", Method>[] = [real, blurred, trivial]
/** Separable Gaussian blur with reflected borders, cut at three standard deviations. */
function blur(images: tf.Tensor4D, sigma: number): tf.Tensor4D {
  const channels = images.shape[3]
  const radius = Math.ceil(3 * sigma)
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const kernel = tf.tile(tf.tensor(weights.map((weight) => weight / sum)).reshape([-1, 1, 1]), [
    1,
    channels,
    1,
  ])
  const length = weights.length
  const padded = tf.mirrorPad(
    images,
    [
      [0, 0],
      [radius, radius],
      [radius, radius],
      [0, 0],
    ],
    "reflect",
  )
  const rows = tf.depthwiseConv2d(padded, kernel.reshape([length, 1, channels, 1]) as tf.Tensor4D, 1, "valid")
  return tf.depthwiseConv2d(rows, kernel.reshape([1, length, channels, 1]) as tf.Tensor4D, 1, "valid")
}
