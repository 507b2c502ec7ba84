import { method as ofMethod } from "../plugins/method.ts"
import { beside, quote, type Template } from "./template.ts"

/** The project's own method, and its file. */
const method = "gan"

/** A GAN as a file of the project's own, and the question which adversarial loss it should play by. */
export const generation: Template = {
  about: "images out of noise: which adversarial loss makes them look like the data?",
  folders: { fewest: 1, most: 1, words: "one folder of images" },
  layout: "A folder of images without classes; sub-folders are read.",
  files: (data) => ({
    "experiment.ts": data.length === 0 ? experiment(generated) : experiment(own(data)),
    [`${method}.ts`]: ofMethod.text(method),
  }),
}

interface Parts {
  readonly import: string
  readonly data: string
}

const generated: Parts = {
  import: 'import { glyphs } from "@saddlepoint/datasets/glyphs"',
  data: `// Generated digits. Your own images: see README.md.
const data = glyphs({ size: 20, train: 1000, validation: 1, test: 300 })`,
}

function own([folder]: readonly string[]): Parts {
  return {
    import: 'import { imageFolder } from "@saddlepoint/datasets/imageFolder"',
    data: `// A set is compared with a set: that needs many test images.
const data = imageFolder({ folder: ${quote(folder!)}, labels: "none", size: 32, fit: "crop", validation: 0.02, test: 0.3 })`,
  }
}

const experiment = ({ import: imported, data }: Parts) =>
  `import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
${imported}
import { fid } from "@saddlepoint/metrics/fid"
import { precisionRecall } from "@saddlepoint/metrics/precisionRecall"
// The method is yours: a file of 60 lines.
import { gan } from ${beside(method)}

${data}

export default experiment({
  name: "generation",
  question: "Which adversarial loss makes images that look like the data?",
  arms: {
    bce: baseline(gan({ data, losses: [adversarial("bce")] })),
    hinge: challenger(gan({ data, losses: [adversarial("hinge")] })),
    lsgan: challenger(gan({ data, losses: [adversarial("lsgan")] })),
  },
  // Over features of a small network that is trained on the data and examined first: no download.
  metrics: [fid(), precisionRecall()],
  // Declared before anything runs: a difference below a tenth of the baseline's distance from real images counts as none.
  compare: { metric: "fid", against: ["bce"], margin: relative(0.1) },
  seeds: 5,
  budget: { steps: 1000 },
  profiles: {
    /** A first look: --profile quick */
    quick: { arms: { lsgan: null }, seeds: 2, budget: { steps: 200 } },
  },
})
`
