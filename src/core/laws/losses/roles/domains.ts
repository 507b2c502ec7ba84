import { batches, evenly, extremes, features, shapeOf, sides } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

const domain = (name: string): Input => ({
  name,
  shape: (shape) => shape,
  values: features,
  spread: evenly(16, 8),
  extremes: extremes(100),
  learning: both,
})

/** As many examples of either domain; features of both domains come from the network that learns. */
export const domains: RoleExamples<"domains"> = {
  shapes: ({ laws: { leastRows = 2 } }, leastBatch) =>
    shapeOf(batches(Math.max(leastRows, leastBatch)), sides()),
  inputs: () => [domain("source"), domain("target")],
  see: ({ source, target }) => ({ source: source!, target: target! }),
}
