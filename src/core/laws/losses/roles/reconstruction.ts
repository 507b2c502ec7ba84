import fc from "fast-check"
import { pixels, shapeOf, sizes } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

const image = (name: string, learning: Input["learning"]): Input => ({
  name,
  shape: (shape) => shape,
  values: pixels,
  extremes: pixels,
  range: [-1, 1],
  learning,
})

/** Images of any sides from the least that the loss accepts; a target is data, and a loss may hold its gradient back. */
export const reconstruction: RoleExamples<"reconstruction"> = {
  shapes({ laws: { minimumSide = 1, channels } }, leastBatch) {
    const side = sizes(minimumSide)
    return shapeOf(sizes(leastBatch), side, side, channels === undefined ? sizes(1) : fc.constant(channels))
  },
  inputs: () => [image("output", both), image("target", [])],
  see: ({ output, target }) => ({ output: output!, target: target! }),
  positions({ laws: { minimumSide = 1, channels } }) {
    const side = sizes(minimumSide)
    const twice = fc.constantFrom(2, 1)
    return {
      shapes: shapeOf(sizes(1), side, side, fc.constant(channels ?? 1)),
      repeats: shapeOf(twice, twice, channels === undefined ? twice : fc.constant(1)),
      flat: minimumSide > 1,
    }
  },
}
