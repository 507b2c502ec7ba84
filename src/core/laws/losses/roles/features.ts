import fc from "fast-check"
import { batches, channels, evenly, extremes, repeats, shapeOf, sides, features as values } from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

/** The second layer is of half the sides, and one channel more, as networks have it. */
const layers: readonly Input["shape"][] = [
  (shape) => shape,
  ([batch, ...sizes]) => [
    batch!,
    ...sizes.slice(0, -1).map((side) => Math.ceil(side / 2)),
    sizes.at(-1)! + 1,
  ],
]

const layersOf = (name: string, learning: Input["learning"]): Input[] =>
  layers.map((shape, at) => ({
    name: `${name}${at + 1}`,
    shape,
    values,
    spread: evenly(16, 8),
    extremes: extremes(100),
    learning,
  }))

const maps = (batch: number) => shapeOf(batches(batch), sides(), sides(), channels)

/** Two layers: feature maps, or vectors where the loss accepts them. */
export const features: RoleExamples<"features"> = {
  shapes({ laws }, leastBatch) {
    if (laws.maps) return maps(leastBatch)
    return fc.oneof({ withCrossShrink: true }, shapeOf(batches(leastBatch), sides()), maps(leastBatch))
  },
  inputs: () => [...layersOf("output", both), ...layersOf("target", [])],
  see: ({ output1, output2, target1, target2 }) => ({
    output: [output1!, output2!],
    target: [target1!, target2!],
  }),
  positions() {
    return {
      shapes: maps(1),
      repeats: shapeOf(repeats, repeats, fc.constant(1)),
      flat: false,
    }
  },
}
