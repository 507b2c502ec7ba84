import { baseline, challenger, experiment } from "@saddlepoint/core/declare/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { facades } from "@saddlepoint/datasets/facades"
import { psnr } from "@saddlepoint/metrics/psnr"

const shared = {
  data: facades({ size: 16, train: 4, validation: 1, test: 2 }),
  generator: unet({ width: 2, depth: 2 }),
  batch: 2,
}

/** The smallest sweep that has all that can go wrong: two players, dropout, Adam's state, and trials in pairs. */
export default experiment({
  name: "chaos",
  question: "Does a sweep that is killed, frozen and starved end as the undisturbed one does?",
  arms: {
    l1: baseline(pix2pix({ ...shared, losses: [l1(10)] })),
    gan: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ receptiveField: 7, width: 2, conditional: true }),
        losses: [adversarial("bce"), l1(10)],
      }),
    ),
  },
  metrics: [psnr()],
  compare: { metric: "psnr", against: ["l1"] },
  seeds: 2,
  budget: { steps: 150 },
})
