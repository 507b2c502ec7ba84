import { quote, type Template } from "./template.ts"

/** Collection style transfer (Zhu et al. 2017, section 5.2): the images of one folder take the look of another, without pairs. */
export const style: Template = {
  about: "style of a collection: images of one folder take the look of another, without pairs",
  folders: { fewest: 2, most: 2, words: "two folders of images: what is to be changed, then whose style" },
  layout:
    "Two folders of images that need no classes and no common names: what is to be changed, and the collection whose style it takes.",
  files: (data) => ({ "experiment.ts": data.length === 0 ? experiment(generated) : experiment(own(data)) }),
}

interface Parts {
  readonly import: string
  readonly data: string
  readonly metrics: readonly [imports: string, uses: string, metric: string]
}

const generated: Parts = {
  import: 'import { glyphs } from "@saddlepoint/datasets/glyphs"',
  data: `// Generated digits: clean ones take the look of blurred ones. Your own folders: see README.md.
const digits = { size: 20, train: 500, validation: 1, test: 200 } as const
const content = glyphs(digits)
const collection = glyphs({ ...digits, domain: "blurred" })`,
  metrics: ['import { fid } from "@saddlepoint/metrics/fid"\n', "fid(), precisionRecall()", "fid"],
}

function own([content, collection]: readonly string[]): Parts {
  const folder = (path: string) =>
    `imageFolder({ folder: ${quote(path)}, labels: "none", size: 64, fit: "crop", validation: 0.05, test: 0.4 })`
  return {
    import: 'import { imageFolder } from "@saddlepoint/datasets/imageFolder"',
    data: `// A set is compared with a set: that needs many test images.
const content = ${folder(content!)}
const collection = ${folder(collection!)}`,
    metrics: ["", "precisionRecall()", "coverage"],
  }
}

const experiment = ({ import: imported, data, metrics: [imports, uses, metric] }: Parts) =>
  `import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { cycleGan } from "@saddlepoint/core/methods/translation/cycleGan"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { resnetGenerator } from "@saddlepoint/core/models/resnetGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
${imported}
import { unpaired } from "@saddlepoint/datasets/unpaired"
${imports}import { precisionRecall } from "@saddlepoint/metrics/precisionRecall"

${data}

/** What all arms share. */
const shared = {
  data: unpaired({ A: content, B: collection }),
  generator: resnetGenerator({ blocks: 3, width: 8 }),
  // Sees 16 pixels at once: the style of a patch, not what the whole image shows.
  discriminator: patchGan({ receptiveField: 16, width: 16, norm: "instance", conditional: false }),
  optimiser: adam({ rate: 1e-3, beta1: 0.5 }),
  batch: 4,
}

export default experiment({
  name: "style",
  question: "Does an image keep its own content only where it must find its way back?",
  arms: {
    // Opponents alone: the style may be right and the content anything. A weight of 0 still reports the cycle's loss.
    alone: baseline(cycleGan({ ...shared, losses: [adversarial("lsgan"), l1(0)] })),
    cycleGan: challenger(cycleGan(shared)),
  },
  // Whether a translation still shows what its input did, no metric without pairs can see: look at the page's images.
  metrics: [${uses}],
  compare: { metric: ${quote(metric)}, against: ["alone"], margin: relative(0.1) },
  seeds: 5,
  budget: { steps: 400 },
  profiles: {
    /** A first look: --profile quick */
    quick: { seeds: 2, budget: { steps: 60 } },
  },
})
`
