import type { Engine } from "@saddlepoint/engine/engine"
import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import { drawsNothing } from "./drawsNothing.ts"

const side = 1024

/**
 * The most that the engine's matrix product reaches here, in GFLOP/s: the fastest of several 1024x1024 products in
 * float32, each played as a step.
 */
export function matmulPeak(engine: Engine, rounds: number): number {
  const matrix = (name: string) =>
    tf.tensor2d(stream("bench", name).fillNormal(new Float32Array(side * side)), [side, side])
  const feeds = { a: matrix("a"), b: matrix("b") }
  const compiled = engine.compile(
    ({ a, b }) => ({ product: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) }),
    drawsNothing,
  )
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    tf.dispose(compiled.play(feeds, round))
    best = Math.min(best, performance.now() - start)
  }
  compiled.dispose()
  tf.dispose(feeds)
  return (2 * side ** 3) / best / 1e6
}
