import { cyclegan } from "./cyclegan.ts"
import { dann } from "./dann.ts"
import { dcgan } from "./dcgan.ts"
import { features } from "./features.ts"
import { pix2pix } from "./pix2pix.ts"
import { style } from "./style.ts"
import { wganGp } from "./wganGp.ts"
import type { WorkloadRecipe } from "./workload.ts"

/** Everything that `npm run bench` can time, by name. */
export const workloads: Readonly<Record<string, WorkloadRecipe>> = {
  "dcgan-64": {
    full: () => dcgan({ side: 64, width: 64, batch: 32 }),
    small: () => dcgan({ side: 32, width: 2, batch: 3, codeSize: 5 }),
  },
  "dcgan-tiny": {
    full: () => dcgan({ side: 16, width: 8, batch: 4 }),
    small: () => dcgan({ side: 16, width: 8, batch: 4 }),
  },
  "pix2pix-64": {
    full: () => pix2pix({ side: 64, width: 32, batch: 8 }),
    small: () => pix2pix({ side: 16, width: 2, batch: 2 }),
  },
  "cyclegan-64": {
    full: () => cyclegan({ side: 64, width: 32, batch: 2, blocks: 6 }),
    small: () => cyclegan({ side: 16, width: 2, batch: 1, blocks: 1 }),
  },
  "dann-28": {
    full: () => dann({ side: 28, batch: 128, channels: [32, 48], hidden: 100 }),
    small: () => dann({ side: 8, batch: 4, channels: [3, 4], hidden: 5 }),
  },
  "wgan-gp-32": {
    full: () => wganGp({ side: 32, width: 64, batch: 32, codeSize: 100 }),
    small: () => wganGp({ side: 16, width: 3, batch: 2, codeSize: 5 }),
  },
  "style-256": {
    full: () => style({ side: 256 }),
    small: () => style({ side: 39, shrink: 8 }),
  },
  "features-299": {
    full: () => features({ side: 299, batch: 32 }),
    small: () => features({ side: 75, batch: 1, shrink: 16 }),
  },
}
