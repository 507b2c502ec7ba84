import * as tf from "@saddlepoint/engine/tf"
import type { Split } from "../../contracts/dataset.ts"
import type { Player } from "../../contracts/player.ts"
import { movingDecay } from "../../layers/normalisation.ts"
import { readBatch } from "../../play/loader.ts"
import { toTensors } from "../../play/toTensors.ts"

/** Images that share a mean and a variance while statistics are taken. */
const batch = 256

/**
 * Replaces the moving averages of a player's batch normalisation by the statistics of a whole split: images pass in batches of
 * 256 in its order, as in training, and the batches' means and variances are pooled, each batch by its size:
 * `mean = E[m]`, `variance = E[v] + Var[m]`. Doing it twice changes nothing.
 *
 * @param player of one input, the images
 */
export async function settleStatistics(player: Player, split: Split): Promise<void> {
  const layers = Object.keys(player.state)
    .filter((name) => name.endsWith(meanSuffix))
    .map((name) => name.slice(0, -meanSuffix.length))
  const sums = layers.map((layer) => {
    const { size } = player.state[layer + meanSuffix]!
    return { mean: new Float64Array(size), square: new Float64Array(size), variance: new Float64Array(size) }
  })
  for (let start = 0; start < split.size; start += batch) {
    const indices = Array.from({ length: Math.min(batch, split.size - start) }, (_, i) => start + i)
    const share = indices.length / split.size
    await passAlone(player, split, indices)
    for (const [at, layer] of layers.entries()) {
      const means = await player.state[layer + meanSuffix]!.data()
      const variances = await player.state[layer + varianceSuffix]!.data()
      const { mean, square, variance } = sums[at]!
      for (let channel = 0; channel < mean.length; channel++) {
        const m = means[channel]! / (1 - movingDecay)
        mean[channel]! += share * m
        square[channel]! += share * m * m
        variance[channel]! += (share * variances[channel]!) / (1 - movingDecay)
      }
    }
  }
  for (const [at, layer] of layers.entries()) {
    const { mean, square, variance } = sums[at]!
    write(player.state[layer + meanSuffix]!, mean)
    write(
      player.state[layer + varianceSuffix]!,
      variance.map((within, channel) => within + Math.max(0, square[channel]! - mean[channel]! ** 2)),
    )
  }
}

const [meanSuffix, varianceSuffix] = ["movingMean", "movingVariance"]

/** One batch moves averages that start at zero: what they become is the batch's own statistics, times `1 - movingDecay`. */
async function passAlone(player: Player, split: Split, indices: readonly number[]): Promise<void> {
  for (const variable of Object.values(player.state)) write(variable, new Float64Array(variable.size))
  const { image } = toTensors({ image: (await readBatch(split, indices)).image! })
  const output = player.apply({ image: image! }, "train").features!
  await output.data()
  tf.dispose([image!, output])
}

function write(variable: tf.Variable, values: Float64Array): void {
  tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(values), variable.shape)))
}
