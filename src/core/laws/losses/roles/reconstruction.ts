import fc from "fast-check"
import {
  batches,
  evenly,
  channels as manyChannels,
  pixels,
  repeats,
  shapeOf,
  sides,
  sizes,
} from "../draws.ts"
import { both, type Input, type RoleExamples } from "./role.ts"

const image = (name: string, learning: Input["learning"]): Input => ({
  name,
  shape: (shape) => shape,
  values: pixels,
  spread: evenly(64, 1),
  extremes: pixels,
  range: [-1, 1],
  learning,
})

/** As many as the loss says, or any. */
const channelsOf = (declared: number | undefined) =>
  declared === undefined ? manyChannels : fc.constant(declared)

/** Images of any sides from the least that the loss accepts; a target is data, and a loss may hold its gradient back. */
export const reconstruction: RoleExamples<"reconstruction"> = {
  shapes({ laws: { minimumSide = 1, channels } }, leastBatch) {
    const side = sides(minimumSide)
    return shapeOf(batches(leastBatch), side, side, channelsOf(channels))
  },
  inputs: () => [image("output", both), image("target", [])],
  see: ({ output, target }) => ({ output: output!, target: target! }),
  positions({ laws: { minimumSide = 1, channels } }) {
    const side = sizes(minimumSide, Math.max(minimumSide + 2, 9))
    const windowed = minimumSide > 1
    return {
      // Of a loss with a window, whose images are large and of one value here, two channels tell as much
      shapes: shapeOf(batches(1), side, side, windowed ? channelsOf(channels ?? 2) : channelsOf(channels)),
      repeats: shapeOf(repeats, repeats, channels === undefined ? repeats : fc.constant(1)),
      flat: windowed,
    }
  },
}
