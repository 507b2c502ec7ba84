import type { Player } from "@saddlepoint/core/contracts/player"
import * as tf from "@saddlepoint/engine/tf"

/** A place in a judging network from which metrics take numbers. */
export interface Tap {
  /** The network and the place, as identities name them. */
  readonly description: string
  /** How images become bytes first, `none` where they do not. */
  readonly quantisation: string
  /** How images are resized and normalised first, `none` where they are not. */
  readonly resize: string
  /** Numbers of images, `[batch, height, width, channels]` in [-1, 1], as `[batch, size]`, row-major. */
  rows(images: tf.Tensor): Promise<Float32Array>
}

/** A network that judges: `features` for distances between sets, `logits` where it classifies. */
export interface JudgingPlayer extends Player {
  readonly taps: Readonly<Record<string, Tap>>
}

/** A tap that one pass of tensor code computes from the images as they are. */
export function tap(description: string, pass: (images: tf.Tensor) => tf.Tensor): Tap {
  return {
    description,
    quantisation: "none",
    resize: "none",
    async rows(images) {
      const rows = tf.tidy(() => pass(images))
      try {
        return (await rows.data()) as Float32Array
      } finally {
        rows.dispose()
      }
    },
  }
}

/** A judge's tap. Throws one sentence when it has none of that name. */
export function tapOf(player: Player, name: string, metric: string): Tap {
  const taps = (player as Partial<JudgingPlayer>).taps ?? {}
  const found = taps[name]
  if (found === undefined) {
    throw new Error(
      `Expected a judge that gives ${name} for ${metric}, but it gives ${Object.keys(taps).join(", ") || "none"}; choose another judge.`,
    )
  }
  return found
}

const passes = new WeakMap<tf.Tensor, Map<Tap, Promise<Float32Array>>>()

/** A tap's rows of images, computed once however many metrics ask for them. Leave them alone. */
export function sharedRows(from: Tap, images: tf.Tensor): Promise<Float32Array> {
  const known = passes.get(images) ?? new Map<Tap, Promise<Float32Array>>()
  passes.set(images, known)
  const rows = known.get(from) ?? from.rows(images)
  known.set(from, rows)
  return rows
}
