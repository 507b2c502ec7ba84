import { evaluationBatch } from "@saddlepoint/core/answer/answering"
import type { Batch } from "@saddlepoint/core/contracts/game"
import type { Answer } from "@saddlepoint/core/contracts/method"
import type { Latent } from "@saddlepoint/core/latent/interpolation"
import type { Engine, StepSources } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"

/** The draw of a method that its samples come from. */
export interface LatentDraw {
  readonly name: string
  /** Numbers of a latent vector. */
  readonly size: number
}

type Random = StepSources["random"]

/** Asked for once, so that a draw for each sample shows by its first side: few other sides are as long. */
const asked = 7

/**
 * Finds the draw that a method's samples come from, by asking for some: the one from N(0, I) with a row for each, `[samples, size]`; of several the one
 * that is called `latent`.
 * @param told of so many samples; tensors that are disposed of here
 * @throws TypeError in one sentence where there is none, or it is not clear which
 */
export function latentDraw(
  { answer, engine, random }: { readonly answer: Answer; readonly engine: Engine; readonly random: Random },
  told: (count: number) => Batch,
): LatentDraw {
  const found = new Map<string, number>()
  const seen: Random = (name, shape, how, step) => {
    if (how.kind === "normal" && shape.length === 2 && shape[0] === asked) found.set(name, shape[1]!)
    return random(name, shape, how, step)
  }
  const step = engine.compile(
    (feeds, { random: draw }) => ({ output: answer(feeds, { count: asked, draw }) }),
    {
      random: seen,
      schedule: () => 0,
    },
  )
  const feeds = told(asked)
  try {
    tf.dispose(step.play(feeds, 0))
  } finally {
    tf.dispose(feeds)
    step.dispose()
  }
  const [first, ...others] = found
  const chosen = others.length === 0 ? first : [...found].find(([name]) => name === "latent")
  if (chosen !== undefined) return { name: chosen[0], size: chosen[1] }
  const what = first === undefined ? "it makes none" : `it makes ${[...found.keys()].join(" and ")}`
  throw new TypeError(
    `Expected a method that draws a latent vector from N(0, I) for each sample, in one draw or in one called latent, but ${what}; draw its samples by seed.`,
  )
}

/**
 * Gives these vectors in the place of what a method would draw, batch by batch; all else is drawn as before.
 * @throws RangeError in one sentence where a vector has another size
 */
export function givenLatents(
  latents: readonly Latent[],
  { name: of, size }: LatentDraw,
  random: Random,
): Random {
  const wrong = latents.find(({ length }) => length !== size)
  if (wrong !== undefined) {
    throw new RangeError(
      `Expected latent vectors of ${size} numbers, as the generator takes, but got ${wrong.length}; make others.`,
    )
  }
  return (name, shape, how, step) => {
    if (name !== of) return random(name, shape, how, step)
    const values = new Float32Array(shape[0]! * size)
    for (let row = 0; row < shape[0]!; row++)
      values.set(Array.from(latents[step * evaluationBatch + row]!), row * size)
    return values
  }
}
