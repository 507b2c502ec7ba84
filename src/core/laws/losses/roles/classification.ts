import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { batches, evenly, extremes, scores, shapeOf, sizes } from "../draws.ts"
import { both, type RoleExamples } from "./role.ts"

/** Classes of a case. */
const classes = sizes(2, 10)

/** Logits and the classes that are right; where a case has fewer classes than its labels name, they are counted round. */
export const classification: RoleExamples<"classification"> = {
  shapes: (_loss, leastBatch) => shapeOf(batches(leastBatch), classes),
  inputs: () => [
    {
      name: "logits",
      shape: (shape) => shape,
      values: scores,
      spread: evenly(8, 20),
      extremes: extremes(1e4),
      learning: both,
    },
    {
      name: "labels",
      shape: ([batch]) => [batch!],
      values: fc.nat(9),
      spread: (share) => Math.floor(10 * share),
      extremes: fc.nat(9),
      dtype: "int32",
      learning: [],
    },
  ],
  see: ({ logits, labels }) => ({
    logits: logits!,
    labels: tf.mod(labels!, tf.scalar(logits!.shape[1]!, "int32")),
  }),
}
