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

/** As many as the loss says, or any; of a loss with a window, whose images are large, up to three tell as much. */
const channelsOf = (declared: number | undefined, windowed: boolean) =>
  declared !== undefined ? fc.constant(declared) : windowed ? sizes(1, 3) : manyChannels

/** Images of any sides from the least that the loss accepts; a target is data, and a loss may hold its gradient back. */
export const reconstruction: RoleExamples<"reconstruction"> = {
  shapes({ laws: { minimumSide = 1, channels } }, leastBatch) {
    const side = sides(minimumSide)
    return shapeOf(batches(leastBatch), side, side, channelsOf(channels, minimumSide > 1))
  },
  inputs: () => [image("output", both), image("target", [])],
  see: ({ output, target }) => ({ output: output!, target: target! }),
  positions({ laws: { minimumSide = 1, channels } }) {
    const side = sizes(minimumSide, Math.max(minimumSide + 2, 9))
    const windowed = minimumSide > 1
    return {
      shapes: shapeOf(batches(1), side, side, channelsOf(channels, windowed)),
      repeats: shapeOf(repeats, repeats, channels === undefined ? repeats : fc.constant(1)),
      flat: windowed,
    }
  },
}
