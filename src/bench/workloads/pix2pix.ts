import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import type { Engine } from "@saddlepoint/engine/engine"
import { imageField, noiseSplit } from "./noise.ts"
import { givenData, playMethod } from "./playMethod.ts"
import type { Workload } from "./workload.ts"

export interface Pix2PixOptions {
  /** Side of the images in pixels. */
  readonly side: number
  /** Channels next to the image, in both networks. */
  readonly width: number
  readonly batch: number
  /** Of the discriminator. */
  readonly receptiveField: number
}

/** pix2pix (Isola et al. 2017): U-Net, conditional PatchGAN, binary cross-entropy and L1 times 100, Adam. */
export function pix2pixStep(engine: Engine, options: Pix2PixOptions): Promise<Workload> {
  const { side, width, batch, receptiveField } = options
  const image = imageField(side, 3)
  const train = noiseSplit("pairs", batch, { input: image, target: image })
  return playMethod(
    engine,
    pix2pix({
      data: givenData(
        { input: "image", target: "image" },
        { splits: { train, validation: train, test: train } },
      ),
      generator: unet({ width }),
      discriminator: patchGan({ receptiveField, width }),
      losses: [adversarial("bce"), l1(100)],
      batch,
    }),
  )
}
