import { baseline, bound, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { cdan } from "@saddlepoint/core/methods/adaptation/cdan"
import { cycada } from "@saddlepoint/core/methods/adaptation/cycada"
import { dan } from "@saddlepoint/core/methods/adaptation/dan"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import { deepCoral } from "@saddlepoint/core/methods/adaptation/deepCoral"
import { sourceOnly } from "@saddlepoint/core/methods/adaptation/sourceOnly"
import { dannNet } from "@saddlepoint/core/models/digitClassifier"
import { resnetGenerator } from "@saddlepoint/core/models/resnetGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { adaptation } from "@saddlepoint/datasets/adaptation"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { mnist } from "@saddlepoint/datasets/mnist"
import { mnistM } from "@saddlepoint/datasets/mnistM"
import { usps } from "@saddlepoint/datasets/usps"
import { accuracy } from "@saddlepoint/metrics/accuracy"
import { unsupervisedScores } from "@saddlepoint/metrics/unsupervisedScores"

const clean = glyphs({ train: 2000, test: 500 })
const rotated = glyphs({ train: 2000, test: 500, domain: "rotated" })

/** Every strategy has the same classifier, optimiser, batches and steps; they start alike. */
const shared = {
  data: adaptation({ source: clean, target: rotated }),
  network: dannNet(),
  optimiser: adam({ rate: 1e-3, beta1: 0.9 }),
  batch: 32,
}

/** A step of the pixel game costs ten of the others, so its generators are small and its batches half. */
const translated = { ...shared, generator: resnetGenerator({ blocks: 3, width: 8 }), pixelBatch: 16 }

/** Two real domains for every arm: the upper bound has the target as its own source. */
function between<S extends ReturnType<typeof mnist>, T extends ReturnType<typeof usps>>(
  source: S,
  target: T,
) {
  const data = adaptation({ source, target })
  const strategies = [
    "sourceOnly",
    "dann",
    "cdan",
    "dan",
    "deepCoral",
    "cycada",
    "pixelOnly",
    "featureOnly",
    "noSemantic",
  ]
  return {
    ...Object.fromEntries(strategies.map((arm) => [arm, { data }])),
    targetOnly: { data: adaptation({ source: target, target }) },
  }
}

/** Full training sets, official test sets; published steps are some ten times as many. */
const real = { seeds: 5, budget: { steps: 2000 } }
const grey = { channels: 1 } as const
const colour = { channels: 3 } as const

/**
 * Domain adaptation without a leak: training sees no target label, and the last step is judged. `quick` draws its digits;
 * the other profiles read real ones from `SADDLEPOINT_DATA`.
 */
export default experiment({
  name: "dann-vs-cycada",
  question: "Which strategy closes how much of the gap between a labelled source and an unlabelled target?",
  arms: {
    sourceOnly: baseline(sourceOnly(shared)),
    targetOnly: bound(sourceOnly({ ...shared, data: adaptation({ source: rotated, target: rotated }) })),
    dann: challenger(dann(shared)),
    cycada: challenger(cycada(translated)),
    cdan: challenger(cdan({ ...shared, entropy: true })),
    dan: challenger(dan(shared)),
    deepCoral: challenger(deepCoral(shared)),
    pixelOnly: challenger(cycada({ ...translated, levels: "pixel" })),
    featureOnly: challenger(cycada({ ...translated, levels: "feature" })),
    noSemantic: challenger(cycada({ ...translated, semantic: 0 })),
  },
  metrics: [accuracy(), unsupervisedScores()],
  compare: { metric: "targetAccuracy", against: ["sourceOnly"], margin: relative(0.1), alpha: 0.05 },
  seeds: 5,
  budget: { steps: 300 },
  profiles: {
    quick: {
      arms: { cdan: null, dan: null, deepCoral: null, pixelOnly: null, featureOnly: null, noSemantic: null },
      seeds: 3,
    },
    "mnist-usps": { ...real, arms: between(mnist(grey), usps(grey)) },
    "usps-mnist": { ...real, arms: between(usps(grey), mnist(grey)) },
    "mnist-mnistm": { ...real, arms: between(mnist(colour), mnistM(colour)) },
  },
})
