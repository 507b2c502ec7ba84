import { basename, dirname } from "node:path"
import { quote, type Template } from "./template.ts"

/** pix2pix with a fixed loss and with an opponent. Stripes are the generated pairs: what a fixed loss must paint grey. */
export const pairs: Template = {
  about: "image to image from pairs: does a PatchGAN beat a fixed loss?",
  folders: {
    fewest: 1,
    most: 2,
    words: "one folder of pairs, or two folders of images with equal names, the input first",
  },
  layout:
    "Pairs lie side by side in one file, the input left, or in two folders by equal names up to the ending. Sub-folders `train`, `val` and `test` are kept as splits; without them splits are drawn.",
  files: (data) => ({ "experiment.ts": data.length === 0 ? experiment(generated) : experiment(own(data)) }),
}

interface Parts {
  readonly imports: readonly string[]
  readonly data: string
  readonly metrics: string
  readonly metric: string
  /** Of L1 beside the opponent. */
  readonly weight: number
  /** Networks and optimiser as recipes for such images have them. */
  readonly generator: string
  readonly discriminator: string
  readonly optimiser: string
  readonly steps: { readonly all: number; readonly quick: number }
}

const generated: Parts = {
  imports: [
    'import { stripes } from "@saddlepoint/datasets/stripes"',
    'import { labelConsistency } from "@saddlepoint/metrics/labelConsistency"',
  ],
  data: `// Generated: the map tells the stripes' direction, and nothing tells their phase. Your own pairs: see README.md.
  data: stripes(),`,
  metrics: `// A segmenter, trained on the data and examined first, has to see in each image the classes that the input asked for.
  metrics: [labelConsistency()],`,
  metric: "classAccuracy",
  weight: 1,
  generator: "unet({ width: 16, depth: 3, dropout: 0 })",
  discriminator: "width: 16",
  optimiser: "adam({ rate: 5e-4, beta1: 0.5 })",
  steps: { all: 400, quick: 200 },
}

function own(data: readonly string[]): Parts {
  return {
    imports: [
      'import { pairs } from "@saddlepoint/datasets/pairs"',
      'import { linearDecaySchedule } from "@saddlepoint/core/schedules/linearDecay"',
      'import { psnr } from "@saddlepoint/metrics/psnr"',
      'import { ssim } from "@saddlepoint/metrics/ssim"',
    ],
    data: `// \`crop\` cuts what is too long, \`pad\` keeps all of it on black, \`squash\` changes proportions; [height, width] is a size, too.
  // direction: "rightToLeft" turns the pairs round.
  data: pairs({ ${placeOf(data)}, size: 64, fit: "crop" }),`,
    metrics: `// Both compare with the very target, which favours a fixed loss. With some 100 test images, ask as well whether the images look
  // real: import { fid } from "@saddlepoint/metrics/fid", put fid() here, and "fid" below.
  metrics: [ssim(), psnr()],`,
    metric: "ssim",
    weight: 10,
    generator: 'unet({ width: 16, norm: "batch", dropout: 0 })',
    discriminator: 'width: 16, norm: "batch"',
    optimiser: "adam({ rate: 1e-3, beta1: 0.5, schedule: linearDecaySchedule() })",
    steps: { all: 2000, quick: 250 },
  }
}

/** Two folders lie in one, or each is named from where the experiment is run. */
function placeOf([first, second]: readonly string[]): string {
  if (second === undefined) return `folder: ${quote(first!)}`
  const names = [basename(first!), basename(second)].map(quote)
  return `folder: ${quote(dirname(first!))}, folders: [${names.join(", ")}]`
}

const experiment = ({
  imports,
  data,
  metrics,
  metric,
  weight,
  generator,
  discriminator,
  optimiser,
  steps,
}: Parts) =>
  `import { axis } from "@saddlepoint/core/axis"
import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { adam } from "@saddlepoint/core/optimisers/adam"
${imports.join("\n")}

/** What all arms share, so that they differ in nothing but the question. */
const shared = {
  ${data}
  generator: ${generator},
  batch: 4,
  optimiser: ${optimiser},
}

export default experiment({
  name: "pairs",
  question: "Does a PatchGAN beat a fixed loss?",
  arms: {
    // What is compared with. An arm is trained once for each seed.
    l1: baseline(pix2pix({ ...shared, losses: [l1(1)] })),
    // An axis makes an arm of each of its values: what one score of the opponent sees, in pixels.
    gan: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ receptiveField: axis(4, 16), ${discriminator} }),
        losses: [adversarial("bce"), l1(${weight})],
      }),
    ),
  },
  ${metrics}
  // Declared before anything runs: a difference below a tenth of the baseline's distance from real images counts as none.
  compare: { metric: ${quote(metric)}, against: ["l1"], margin: relative(0.1) },
  seeds: 5,
  budget: { steps: ${steps.all} },
  profiles: {
    /** A first look: --profile quick */
    quick: { arms: { gan: { discriminator: { receptiveField: 16 } } }, seeds: 3, budget: { steps: ${steps.quick} } },
  },
})
`
