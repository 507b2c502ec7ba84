import { batches, evenly, extremes, features, pixels } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

/** The values that the loss says it is defined for, of the shapes that it says; images in [-1, 1]. */
export const regulariser: RoleExamples<"regulariser"> = {
  shapes: (_loss, leastBatch) => batches(leastBatch).map((batch) => [batch]),
  inputs: ({ name: loss, laws: { values } }) => {
    if (values === undefined || Object.keys(values).length === 0)
      throw new Error(
        `Expected laws.values of the regulariser ${loss} to say which values it is defined for, as shapes of one example, but it says none: write laws: { values: { image: [6, 5, 3] } }.`,
      )
    return Object.entries(values).map(([name, shape]): Input => {
      const isImage = name === "image"
      return {
        name,
        shape: ([batch]) => [batch!, ...shape],
        values: isImage ? pixels : features,
        spread: isImage ? evenly(64, 1) : evenly(16, 8),
        extremes: isImage ? pixels : extremes(20),
        ...(isImage ? { range: [-1, 1] as const } : {}),
        learning: both,
      }
    })
  },
  see: (values) => ({ values }),
}
