import { use } from "@saddlepoint/core/contracts/plugin"
import { dannNet, digitClassifierPlugin } from "@saddlepoint/core/models/digitClassifier"
import { cycleGanStep } from "./cycleGan.ts"
import { dannStep } from "./dann.ts"
import { featuresPass } from "./features.ts"
import { dcganStep, pointsStep, wganGpStep } from "./gan.ts"
import { pix2pixStep } from "./pix2pix.ts"
import { styleStep } from "./style.ts"
import type { WorkloadRecipe } from "./workload.ts"

const tinyDcgan = { side: 16, width: 8, batch: 4, latent: 100 }
const tinyNet = { convolutions: [3, 4], features: [], head: [5] }

/** Everything that `npm run bench` can time, by name. */
export const workloads: Readonly<Record<string, WorkloadRecipe>> = {
  "dcgan-64": {
    full: (engine) => dcganStep(engine, { side: 64, width: 64, batch: 32, latent: 100 }),
    small: (engine) => dcganStep(engine, { side: 32, width: 2, batch: 3, latent: 5 }),
  },
  "dcgan-32": {
    full: (engine) => dcganStep(engine, { side: 32, width: 64, batch: 64, latent: 100 }),
    small: (engine) => dcganStep(engine, { side: 16, width: 2, batch: 3, latent: 5 }),
  },
  "dcgan-tiny": {
    full: (engine) => dcganStep(engine, tinyDcgan),
    small: (engine) => dcganStep(engine, tinyDcgan),
  },
  "pix2pix-64": {
    full: (engine) => pix2pixStep(engine, { side: 64, width: 32, batch: 8, receptiveField: 34 }),
    small: (engine) => pix2pixStep(engine, { side: 16, width: 2, batch: 2, receptiveField: 16 }),
  },
  // The networks and the batch of the profile `horse2zebra` of experiments/cyclegan.ts.
  "cyclegan-64": {
    full: (engine) => cycleGanStep(engine, { side: 64, width: 32, batch: 1, blocks: 6, pool: 50 }),
    small: (engine) => cycleGanStep(engine, { side: 16, width: 2, batch: 1, blocks: 3, pool: 2 }),
  },
  "dann-28": {
    full: (engine) => dannStep(engine, { side: 28, batch: 64, network: dannNet() }),
    small: (engine) => dannStep(engine, { side: 16, batch: 2, network: use(digitClassifierPlugin, tinyNet) }),
  },
  "wgan-gp-32": {
    full: (engine) => wganGpStep(engine, { side: 32, width: 64, batch: 32, latent: 100 }),
    small: (engine) => wganGpStep(engine, { side: 16, width: 3, batch: 2, latent: 5 }),
  },
  points: {
    full: (engine) => pointsStep(engine, { hidden: [64, 64, 64], batch: 64, latent: 32 }),
    small: (engine) => pointsStep(engine, { hidden: [5], batch: 3, latent: 2 }),
  },
  "style-256": {
    full: (engine) => styleStep(engine, 256),
    small: (engine) => styleStep(engine, 39),
  },
  "features-299": {
    full: (engine) => featuresPass(engine, { side: 299, batch: 32 }),
    small: (engine) => featuresPass(engine, { side: 75, batch: 1 }),
  },
}
