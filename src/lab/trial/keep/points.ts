import type { Players } from "@saddlepoint/core/contracts/game"
import type { PointsMethod } from "@saddlepoint/core/contracts/method"
import type { Player } from "@saddlepoint/core/contracts/player"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import * as tf from "@saddlepoint/engine/tf"
import type { Keeping, KeepingWorld } from "./keeping.ts"

/** Pixels of a side of the picture. */
const side = 256
/** Cells of a side that the discriminator's field is drawn in. */
const cells = 64
/** Real points that are drawn at most. */
const mostReal = 2000

/** Of [-1, 1]: real points are grey, generated ones orange. */
const [real, generated] = [
  [-0.3, -0.25, -0.2],
  [0.85, 0.25, -0.8],
] as const

/**
 * `grid.png`: all points, over real test points, on the plane of the test points' reach and a fifth more; where a player `discriminator` scores points,
 * the ground is the logistic of its score, light for real. Points of more than two dimensions are shown by their first two.
 */
export function keepPoints(_method: PointsMethod, { dataset, engine }: KeepingWorld): Keeping {
  const made: number[] = []
  return {
    async add({ output }) {
      const [, size] = output!.shape as [number, number]
      const values = await output!.data()
      for (let at = 0; at < values.length; at += size) made.push(values[at]!, values[at + 1] ?? 0)
    },
    async files(players) {
      const { test } = dataset.splits
      const size = test.fields.point!.shape[0]!
      const count = Math.min(mostReal, test.size)
      const { point } = await test.read(Array.from({ length: count }, (_, index) => index))
      const shown = Array.from({ length: count }, (_, i) => [point![i * size]!, point![i * size + 1] ?? 0])
      const reach = 1.2 * shown.flat().reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6)
      const picture = await ground(players, size, reach, engine)
      for (const [x, y] of shown) dot(picture, x!, y!, reach, real)
      for (let at = 0; at < made.length; at += 2) dot(picture, made[at]!, made[at + 1]!, reach, generated)
      const bytes = await toPng(picture, [1, side, side, 3], { columns: 1 })
      return [{ name: "grid", file: "grid.png", bytes }]
    },
  }
}

/** White, or the discriminator's field in greys: from .4 (generated) to 1 (real). */
async function ground(
  { discriminator }: Players,
  size: number,
  reach: number,
  engine: KeepingWorld["engine"],
): Promise<Float32Array> {
  const field =
    discriminator === undefined || size !== 2 ? undefined : await fieldOf(discriminator, reach, engine)
  const picture = new Float32Array(side * side * 3).fill(1)
  if (field === undefined) return picture
  for (let pixel = 0; pixel < side * side; pixel++) {
    const [row, column] = [Math.floor(pixel / side), pixel % side]
    const cell = Math.floor((row * cells) / side) * cells + Math.floor((column * cells) / side)
    picture.fill(0.4 + 0.6 / (1 + Math.exp(-field[cell]!)), 3 * pixel, 3 * pixel + 3)
  }
  return picture
}

/** Scores of the middles of the cells, row by row from the top; undefined of a discriminator that sees more than one point. */
async function fieldOf(discriminator: Player, reach: number, engine: KeepingWorld["engine"]) {
  const middle = (index: number) => reach * ((2 * index + 1) / cells - 1)
  const points = Float32Array.from({ length: 2 * cells * cells }, (_, at) => {
    const cell = Math.floor(at / 2)
    return at % 2 === 0 ? middle(cell % cells) : -middle(Math.floor(cell / cells))
  })
  const step = engine.compile(
    ({ point }) => ({ scores: discriminator.apply({ point: point! }, "evaluate").scores! }),
    {
      random: () => {
        throw new Error("Expected a discriminator that draws nothing when it evaluates.")
      },
      schedule: () => 0,
    },
  )
  const point = tf.tensor2d(points, [cells * cells, 2])
  let scores: tf.Tensor | undefined
  try {
    scores = step.play({ point }, 0).scores!
    return Float32Array.from(await scores.data())
  } catch {
    // One that sees several points at once has no field.
    return undefined
  } finally {
    tf.dispose([point, scores])
    step.dispose()
  }
}

/** A square of 2 x 2 pixels. */
function dot(picture: Float32Array, x: number, y: number, reach: number, colour: readonly number[]): void {
  const column = Math.floor(((x / reach + 1) / 2) * side)
  const row = Math.floor(((1 - y / reach) / 2) * side)
  for (const [r, c] of [
    [row, column],
    [row + 1, column],
    [row, column + 1],
    [row + 1, column + 1],
  ] as const) {
    if (r < 0 || c < 0 || r >= side || c >= side) continue
    picture.set(colour, 3 * (r * side + c))
  }
}
