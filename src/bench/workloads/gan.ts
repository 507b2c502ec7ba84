import type { DataField } from "@saddlepoint/core/contracts/dataset"
import type { Role } from "@saddlepoint/core/contracts/loss"
import type { Use } from "@saddlepoint/core/contracts/plugin"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { gradientPenalty } from "@saddlepoint/core/losses/gradientPenalty"
import { ganGame } from "@saddlepoint/core/methods/samples/ganGame"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { mlpDiscriminator } from "@saddlepoint/core/models/mlpDiscriminator"
import { mlpGenerator } from "@saddlepoint/core/models/mlpGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import type { Engine } from "@saddlepoint/engine/engine"
import { built } from "./built.ts"
import { imageField, uniform } from "./noise.ts"
import { playGame } from "./playGame.ts"
import { benchSeed, type Workload } from "./workload.ts"

export interface GanOptions {
  /** Side of the images in pixels, 4 to 7 times a power of two. */
  readonly side: number
  /** Channels next to the image, in both networks. */
  readonly width: number
  readonly batch: number
  /** Numbers in a latent vector. */
  readonly latent: number
}

/** Name of the noise that the real images are made of. */
export const realImages = "real"

/** DCGAN (Radford et al. 2016): batch norm, binary cross-entropy, Adam of rate 2e-4 and beta1 0.5. */
export function dcganStep(engine: Engine, options: GanOptions): Promise<Workload> {
  return step(engine, options, {
    norm: "batch",
    losses: [adversarial("bce")],
    optimiser: adam({ rate: 2e-4, beta1: 0.5 }),
  })
}

/**
 * WGAN-GP (Gulrajani et al. 2017) with DCGAN's layers: a critic without norm, whose loss holds the norm of its own gradient
 * between real and generated images. One move of the critic for each of the generator, where the paper takes five.
 */
export function wganGpStep(engine: Engine, options: GanOptions): Promise<Workload> {
  return step(engine, options, {
    norm: "none",
    losses: [adversarial("wasserstein"), gradientPenalty(10)],
    optimiser: adam({ rate: 1e-4, beta1: 0, beta2: 0.9 }),
  })
}

export interface PointsOptions {
  /** Widths of the hidden layers of both networks. */
  readonly hidden: readonly number[]
  readonly batch: number
  readonly latent: number
}

/** A GAN of points in the plane: multilayer perceptrons as in `experiments/gan-points.ts`, Adam of rate 1e-3 and beta1 0.5. */
export async function pointsStep(
  engine: Engine,
  { hidden, batch, latent }: PointsOptions,
): Promise<Workload> {
  const point: DataField = { shape: [2], dtype: "float32", range: [-1, 1] }
  const game = ganGame(
    {
      generator: built(mlpGenerator({ hidden })),
      discriminator: built(mlpDiscriminator({ hidden })),
      losses: [built(adversarial("bce"))],
      optimiser: built(adam({ rate: 1e-3, beta1: 0.5 })),
      latent,
    },
    { fields: { point }, batch, seed: benchSeed },
  )
  return playGame(engine, game, { point: { values: uniform(realImages, 2 * batch), shape: [batch, 2] } })
}

interface Rules {
  /** Of the discriminator; the generator has batch norm. */
  readonly norm: "batch" | "none"
  readonly losses: readonly Use<"loss", { role: Role }>[]
  readonly optimiser: Use<"optimiser">
}

async function step(
  engine: Engine,
  { side, width, batch, latent }: GanOptions,
  { norm, losses, optimiser }: Rules,
): Promise<Workload> {
  const image = imageField(side, 3)
  const game = ganGame(
    {
      generator: built(dcganGenerator({ width })),
      discriminator: built(dcganDiscriminator({ width, norm })),
      losses: losses.map(built),
      optimiser: built(optimiser),
      latent,
    },
    { fields: { image }, batch, seed: benchSeed },
  )
  const shape = [batch, ...image.shape]
  const values = uniform(
    realImages,
    shape.reduce((product, extent) => product * extent),
  )
  return playGame(engine, game, { image: { values, shape } })
}
