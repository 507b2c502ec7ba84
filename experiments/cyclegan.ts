import { join } from "node:path"
import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { cycleGan } from "@saddlepoint/core/methods/translation/cycleGan"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { resnetGenerator } from "@saddlepoint/core/models/resnetGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { imageFolder } from "@saddlepoint/datasets/imageFolder"
import { dataFolder } from "@saddlepoint/datasets/published/dataFolder"
import { unpaired } from "@saddlepoint/datasets/unpaired"
import { fid } from "@saddlepoint/metrics/fid"
import { kid } from "@saddlepoint/metrics/kid"
import { precisionRecall } from "@saddlepoint/metrics/precisionRecall"

const digits = { size: 28, train: 1000, validation: 1, test: 320 } as const

/** Small enough for two cores: 28 px, networks an eighth as wide as the published ones, a discriminator of a field to match. */
const shared = {
  data: unpaired({ A: glyphs(digits), B: glyphs({ ...digits, domain: "blurred" }) }),
  generator: resnetGenerator({ blocks: 3, width: 8 }),
  discriminator: patchGan({ receptiveField: 16, width: 16, norm: "instance", conditional: false }),
  optimiser: adam({ rate: 1e-3, beta1: 0.5 }),
  batch: 4,
}

/**
 * Photographs of one domain: a training folder of the CycleGAN archive, squeezed from 256 to 64 px; its test folder is not read.
 * Half of them test: the judge gives one feature for ten test images.
 */
const photos = (folder: string) =>
  imageFolder({
    folder: join(dataFolder("horse2zebra"), folder),
    labels: "none",
    size: 64,
    validation: 0.05,
    test: 0.5,
  })

/**
 * As published: batches of one, Adam with 2e-4 and 0.5, cycle weight 10, pools of 50, least squares, six residual blocks. Half as
 * wide (32 for 64 channels); a field of 16 stands to 64 px as the published 70 does to 256. Published training has 200 epochs.
 */
const published = {
  data: unpaired({ A: photos("trainA"), B: photos("trainB") }),
  generator: resnetGenerator({ blocks: 6, width: 32 }),
  discriminator: patchGan({ receptiveField: 16, width: 32, norm: "instance", conditional: false }),
  optimiser: adam({ rate: 2e-4, beta1: 0.5 }),
  batch: 1,
}

/**
 * Unpaired translation (Zhu et al. 2017), and what cycle consistency and the identity term are worth: `alone` has the
 * adversarial terms and nothing else. A Frechet distance sees whether translations look like the other domain, recall and
 * coverage whether they are as varied; whether a translation still shows its own digit, no metric without pairs can see: look at the
 * images, and at the losses `cycleA` and `cycleB`, which `alone` reports but does not learn from.
 */
export default experiment({
  name: "cyclegan",
  question: "What do cycle consistency and the identity term add to an adversarial loss without pairs?",
  arms: {
    alone: baseline(cycleGan({ ...shared, losses: [adversarial("lsgan"), l1(0)] })),
    cycleGan: challenger(cycleGan(shared)),
    noIdentity: challenger(cycleGan({ ...shared, identity: 0 })),
  },
  metrics: [fid(), kid(), precisionRecall()],
  compare: [
    { metric: "fid", against: ["alone"], margin: relative(0.1), alpha: 0.05 },
    { metric: "coverage", against: ["alone"], margin: relative(0.1), alpha: 0.05 },
    { metric: "fid", challenger: "noIdentity", against: ["cycleGan"], margin: relative(0.1), alpha: 0.05 },
  ],
  seeds: 5,
  budget: { steps: 250 },
  profiles: {
    /**
     * Horses to zebras at 64 px, which `saddlepoint datasets pull horse2zebra` brings. Without a Frechet distance, which few test images would only make noisy. 4,000 steps
     * (200 epochs were published) give textures that nobody takes for zebras, although kid is .11 and coverage .96 (training seed 1):
     * this profile is too short, and the judge sees little of stripes.
     */
    horse2zebra: {
      arms: { alone: published, cycleGan: published, noIdentity: published },
      metrics: [kid(), precisionRecall()],
      compare: [
        { metric: "kid", against: ["alone"], margin: relative(0.1), alpha: 0.05 },
        { metric: "coverage", against: ["alone"], margin: relative(0.1), alpha: 0.05 },
      ],
      budget: { steps: 4000 },
    },
  },
})
