import { quote, type Template } from "./template.ts"

/** The gap between a labelled source and an unlabelled target, and what closes it. */
export const adaptation: Template = {
  about: "domain adaptation: how much of the gap between a labelled and an unlabelled domain is closed?",
  folders: { fewest: 2, most: 2, words: "two folders: the source, then the target" },
  layout:
    "Each domain is a folder with a sub-folder for each class, of the same names in both. No strategy sees the target's classes: they judge the test split.",
  files: (data) => ({ "experiment.ts": data.length === 0 ? experiment(generated) : experiment(own(data)) }),
}

interface Parts {
  readonly import: string
  readonly data: string
}

const generated: Parts = {
  import: 'import { glyphs } from "@saddlepoint/datasets/glyphs"',
  data: `// Generated digits: clean ones, and blurred ones. Your own folders: see README.md.
const source = glyphs({ size: 20, train: 2000, test: 500 })
const target = glyphs({ size: 20, train: 2000, test: 500, domain: "blurred" })`,
}

function own([source, target]: readonly string[]): Parts {
  const folder = (path: string) =>
    `imageFolder({ folder: ${quote(path)}, labels: "folders", size: 32, fit: "crop" })`
  return {
    import: 'import { imageFolder } from "@saddlepoint/datasets/imageFolder"',
    data: `// Reports call the domains as the folders are called.
const source = ${folder(source!)}
const target = ${folder(target!)}`,
  }
}

const experiment = ({ import: imported, data }: Parts) =>
  `import { baseline, bound, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adaBn } from "@saddlepoint/core/methods/adaptation/adaBn"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import { sourceOnly } from "@saddlepoint/core/methods/adaptation/sourceOnly"
import { dannNet } from "@saddlepoint/core/models/digitClassifier"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { adaptation } from "@saddlepoint/datasets/adaptation"
${imported}
import { accuracy } from "@saddlepoint/metrics/accuracy"

${data}

/** What all arms share: classifier, optimiser, batches and steps. */
const shared = {
  data: adaptation({ source, target }),
  network: dannNet({ norm: "batch" }),
  optimiser: adam({ rate: 1e-3, beta1: 0.9 }),
  batch: 32,
}

export default experiment({
  name: "adaptation",
  question: "Which strategy closes the gap between the domains?",
  arms: {
    // The least: it learns from the source alone.
    sourceOnly: baseline(sourceOnly(shared)),
    // The most: it is told the target's classes.
    targetOnly: bound(sourceOnly({ ...shared, data: adaptation({ source: target, target }) })),
    dann: challenger(dann(shared)),
    adaBn: challenger(adaBn(shared)),
  },
  metrics: [accuracy()],
  // Declared before anything runs.
  compare: { metric: "targetAccuracy", against: ["sourceOnly"], margin: relative(0.1) },
  seeds: 5,
  budget: { steps: 400 },
  profiles: {
    /** A first look: --profile quick */
    quick: { seeds: 2, budget: { steps: 150 } },
  },
})
`
