import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { cycleGan } from "@saddlepoint/core/methods/translation/cycleGan"
import type { UnpairedDataset } from "@saddlepoint/core/methods/translation/unpairedDomains"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { resnetGenerator } from "@saddlepoint/core/models/resnetGenerator"
import type { Engine } from "@saddlepoint/engine/engine"
import { imageField, noiseSplit } from "./noise.ts"
import { givenData, playMethod } from "./playMethod.ts"
import type { Workload } from "./workload.ts"

export interface CycleGanOptions {
  /** Side of the images in pixels, a multiple of 4. */
  readonly side: number
  /** Channels next to the image, in all networks. */
  readonly width: number
  readonly batch: number
  /** Residual blocks of each generator. */
  readonly blocks: 3 | 6 | 9
  /** Images in each pool. */
  readonly pool: number
}

/**
 * CycleGAN (Zhu et al. 2017): residual generators, PatchGANs of a receptive field of 16 pixels with instance norm, least squares,
 * cycle consistency times 10, identity times 5, image pools; generators first, then discriminators.
 */
export function cycleGanStep(engine: Engine, options: CycleGanOptions): Promise<Workload> {
  const { side, width, batch, blocks, pool } = options
  const image = imageField(side, 3)
  const [A, B] = ["A", "B"].map((name) => noiseSplit(name, batch, { image })) as [
    UnpairedDataset["unpaired"]["A"],
    UnpairedDataset["unpaired"]["B"],
  ]
  const opened: UnpairedDataset = { splits: { train: A, validation: A, test: A }, unpaired: { A, B } }
  return playMethod(
    engine,
    cycleGan({
      data: givenData({ "A.image": "image", "B.image": "image" }, opened satisfies OpenDataset),
      generator: resnetGenerator({ blocks, width }),
      discriminator: patchGan({ receptiveField: 16, width, norm: "instance", conditional: false }),
      batch,
      pool,
    }),
  )
}
