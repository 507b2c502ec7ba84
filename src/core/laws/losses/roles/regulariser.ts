import { extremes, features, pixels, sizes } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

/** The values that the loss says it is defined for, of the shapes that it says; images in [-1, 1]. */
export const regulariser: RoleExamples<"regulariser"> = {
  shapes: (_loss, leastBatch) => sizes(leastBatch).map((batch) => [batch]),
  inputs: ({ laws: { values } }) =>
    Object.entries(values).map(([name, shape]): Input => {
      const isImage = name === "image"
      return {
        name,
        shape: ([batch]) => [batch!, ...shape],
        values: isImage ? pixels : features,
        extremes: isImage ? pixels : extremes(20),
        ...(isImage ? { range: [-1, 1] as const } : {}),
        learning: both,
      }
    }),
  see: (values) => ({ values }),
}
