import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import type { AnyLoss, LossWorld } from "../../contracts/loss.ts"
import { standIn } from "../standIn.ts"

/** What a loss may ask for while the laws look at it; the same for the same examples, however often and beside whom they stand. */
export interface Draws {
  /** The world of some of the examples of a case, by their rows. */
  of(rows: readonly number[]): LossWorld
}

/**
 * Draws for the examples of one case. A draw with a row for each example is drawn row by row, so that an example's draw goes with
 * it: alone, or in another place of the batch.
 */
export function drawsOf({ needs = {} }: Pick<AnyLoss, "needs">): Draws {
  const given = Object.fromEntries(Object.keys(needs).map((name) => [name, standIn(name)]))
  /** Whether a draw has a row for each example, as it was when the whole batch asked for it. */
  const byExample = new Map<string, boolean>()
  return {
    of: (rows) => ({
      given,
      draw(name, shape, how) {
        const [first, ...rest] = shape
        if (!byExample.has(name)) byExample.set(name, first === rows.length)
        const places = byExample.get(name) ? rows : Array.from({ length: first ?? 1 }, (_, at) => at)
        const size = tf.util.sizeFromShape(rest)
        const values = new Float32Array(places.length * size)
        for (const [at, place] of places.entries()) {
          fill(stream("laws", name, place), values.subarray(at * size, (at + 1) * size), how)
        }
        // The same draws in float64 as in float32
        for (const [at, value] of values.entries()) values[at] = Math.fround(value)
        return tf.tensor(values, [...shape])
      },
    }),
  }
}

type How = Parameters<LossWorld["draw"]>[2]

function fill(numbers: ReturnType<typeof stream>, values: Float32Array, how: How): void {
  if (how.kind === "uniform") numbers.fillUniform(values)
  else if (how.kind === "normal") numbers.fillNormal(values)
  else numbers.fillBernoulli(values, how.rate)
}
