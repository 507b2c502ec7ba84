import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { extremes, scores, shapeOf, sizes } from "../draws.ts"
import { both, type RoleExamples } from "./role.ts"

/** Classes of a case: two or some more. */
const classes = sizes(2)

/** Logits and the classes that are right; where a case has fewer classes than its labels name, they are counted round. */
export const classification: RoleExamples<"classification"> = {
  shapes: (_loss, leastBatch) => shapeOf(sizes(leastBatch), classes),
  inputs: () => [
    {
      name: "logits",
      shape: (shape) => shape,
      values: scores,
      extremes: extremes(1e4),
      learning: both,
    },
    {
      name: "labels",
      shape: ([batch]) => [batch!],
      values: fc.nat(3),
      extremes: fc.nat(3),
      dtype: "int32",
      learning: [],
    },
  ],
  see: ({ logits, labels }) => ({
    logits: logits!,
    labels: tf.mod(labels!, tf.scalar(logits!.shape[1]!, "int32")),
  }),
}
