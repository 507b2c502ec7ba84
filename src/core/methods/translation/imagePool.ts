import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import type { HostBatch } from "../../contracts/dataset.ts"
import type { Keep } from "../../contracts/game.ts"
import type { Player } from "../../contracts/player.ts"

/** Of one pool in one step: which images are shown and which are kept, out of the pool's and after them the fresh ones. */
export interface Exchange {
  /** For each fresh image the index of the one that is shown in its place. */
  readonly shown: Int32Array
  /** For each place of the pool the index of the image that is there afterwards. */
  readonly kept: Int32Array
}

/** What decides about an image of a full pool: a number in [0, 1), and a place below `bound`. */
export interface PoolDraws {
  uniform(): number
  integer(bound: number): number
}

/**
 * What an image pool does with the fresh images of a step, one after the other (Shrivastava et al. 2017, section 2.3; the
 * code of CycleGAN): until the pool is full an image is stored and shown; then with probability 1/2 it takes the place of
 * a stored one drawn at random, which is shown, and else is shown itself. A pure function of its arguments.
 *
 * @param size images that the pool holds; 0 is no pool
 * @param batch fresh images in every step
 * @param key of the stream of the draws; the step is added to it
 */
export function poolExchange(
  size: number,
  batch: number,
  key: readonly (string | number)[],
  step: number,
): Exchange {
  return exchangeBy(size, batch, step, stream(...key, step))
}

/** `poolExchange` with given draws: it takes place where `uniform` gives less than a half. */
export function exchangeBy(size: number, batch: number, step: number, draws: PoolDraws): Exchange {
  const kept = Int32Array.from({ length: size }, (_, place) => place)
  const shown = Int32Array.from({ length: batch }, (_, i) => {
    const fresh = size + i
    const seen = step * batch + i
    if (seen < size) {
      kept[seen] = fresh
      return fresh
    }
    if (size === 0 || draws.uniform() >= 0.5) return fresh
    const place = draws.integer(size)
    const old = kept[place]!
    kept[place] = fresh
    return old
  })
  return { shown, kept }
}

/** A pool as a player: it learns nothing, and its images are state that is carried and saved. */
export interface ImagePool extends Player {
  /**
   * Carries out an exchange; afterwards `apply` gives what is shown, as `image`. Within a step.
   * @param fresh float32 `[batch, ...image]`
   * @param shown int32 `[batch]` and `kept` int32 `[size]`, as `poolExchange` gave them
   */
  exchange(fresh: tf.Tensor, shown: tf.Tensor, kept: tf.Tensor): void
}

/** An empty pool for images of one shape, `size` of them, that are given and shown in batches of `batch`. */
export function imagePool(size: number, batch: number, image: readonly number[]): ImagePool {
  const blank = (count: number) => tf.tidy(() => tf.variable(tf.zeros([count, ...image]), false))
  const shownImages = blank(batch)
  const images = size === 0 ? undefined : blank(size)
  return {
    variables: {},
    state: { shown: shownImages, ...(images === undefined ? {} : { images }) },
    apply: () => ({ image: tf.clone(shownImages) }),
    exchange(fresh, shown, kept) {
      tf.tidy(() => {
        if (images === undefined) {
          shownImages.assign(fresh)
          return
        }
        const all = tf.concat([images, fresh])
        shownImages.assign(tf.gather(all, shown))
        images.assign(tf.gather(all, kept))
      })
    },
    dispose: () => tf.dispose([shownImages, images]),
  }
}

/**
 * The move in which a pool takes what earlier moves of the step made.
 * @param pool name of the player, and of the move
 * @param fresh name of what was made
 */
export function poolMove(pool: string, fresh: string, exchange: (step: number) => Exchange): Keep {
  const feeds = (step: number): HostBatch => {
    const { shown, kept } = exchange(step)
    return {
      shown: { values: shown, shape: [shown.length] },
      kept: { values: kept, shape: [kept.length] },
    }
  }
  return {
    kind: "keep",
    name: pool,
    feeds,
    apply({ batch, players, made }) {
      const images = players[pool] as ImagePool
      images.exchange(made[fresh]!, batch[`${pool}.shown`]!, batch[`${pool}.kept`]!)
    },
  }
}
