import { join } from "node:path"
import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { gan } from "@saddlepoint/core/methods/samples/gan"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { imageFolder } from "@saddlepoint/datasets/imageFolder"
import { dataFolder } from "@saddlepoint/datasets/published/dataFolder"
import { fid } from "@saddlepoint/metrics/fid"
import { precisionRecall } from "@saddlepoint/metrics/precisionRecall"

/** DCGAN at 64 pixels in colour, 100 latent numbers (Radford et al. 2016), in narrower networks than the paper's 64 channels. */
const networks = (width: number) => ({
  generator: dcganGenerator({ width }),
  discriminator: dcganDiscriminator({ width }),
})
const shared = {
  data: glyphs({ size: 64, channels: 3, domain: "textured", train: 4000, validation: 1, test: 500 }),
  losses: [adversarial("bce")],
  optimiser: adam({ rate: 2e-4, beta1: 0.5 }),
  batch: 32,
  latent: 100,
  average: 0.99,
  snapshots: 4,
} as const

/** Photographs of horses, squeezed from 256 px; `saddlepoint datasets pull horse2zebra` brings them. A folder of your own: `--set arms.narrow.data.folder=...`. */
const horses = imageFolder({
  folder: join(dataFolder("horse2zebra"), "trainA"),
  labels: "none",
  size: 64,
  validation: 0.02,
  test: 0.2,
})

/**
 * What lies between two latent vectors of a DCGAN: play it, then `saddlepoint walk TRIAL`, `saddlepoint sample TRIAL --neighbours 5`, and `run --samples-every 200` for the
 * stills of training. The wider network is the question beside it.
 */
export default experiment({
  name: "dcgan-latent-walk",
  question: "Does twice the width make a better DCGAN in as many steps?",
  arms: {
    narrow: baseline(gan({ ...shared, ...networks(16) })),
    wide: challenger(gan({ ...shared, ...networks(32) })),
  },
  metrics: [fid(), precisionRecall()],
  compare: { metric: "fid", against: ["narrow"], margin: relative(0.1), alpha: 0.05 },
  seeds: 3,
  budget: { steps: 2000 },
  profiles: {
    /** A first look in three minutes. */
    quick: { seeds: 1, budget: { steps: 200 } },
    /** Photographs. */
    horses: { arms: { narrow: { data: horses }, wide: { data: horses } } },
  },
})
