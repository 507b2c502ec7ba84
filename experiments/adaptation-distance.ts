import { axis } from "@saddlepoint/core/axis"
import { baseline, type Compare, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import { sourceOnly } from "@saddlepoint/core/methods/adaptation/sourceOnly"
import { dannNet } from "@saddlepoint/core/models/digitClassifier"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { adaptation } from "@saddlepoint/datasets/adaptation"
import { type GlyphsOptions, glyphs } from "@saddlepoint/datasets/glyphs"
import { accuracy } from "@saddlepoint/metrics/accuracy"
import { proxyADistance } from "@saddlepoint/metrics/proxyADistance"

/** Three channels everywhere, as the cluttered digits need them: distances are compared over equally many features. */
const drawn = (options: Partial<GlyphsOptions> = {}) =>
  glyphs({ train: 2000, validation: 100, test: 500, channels: 3, ...options })

const to = (options: Partial<GlyphsOptions>) => adaptation({ source: drawn(), target: drawn(options) })

/** Targets from near to far, by what a classifier of clean digits is known to lose on them (see `glyphDomains`). */
const far = {
  blurred: to({ domain: "blurred" }),
  textured: to({ domain: "textured" }),
  rotated: to({ domain: "rotated" }),
  "colour-clutter": to({ domain: "colour-clutter" }),
  inverted: to({ domain: "inverted" }),
}
/** Other clean digits: no distance at all. */
const none = { clean: to({ seed: 1 }) }

/** Every arm has the same classifier, optimiser, batches and steps; at one target they start alike. */
const shared = {
  network: dannNet(),
  optimiser: adam({ rate: 1e-3, beta1: 0.9 }),
  batch: 32,
}

/** One comparison for each target: a verdict never compares values on unlike targets, which the page shows side by side. */
const atEachTarget = <Output extends string>(metric: Output) =>
  Object.keys(far).map((target) => ({
    metric,
    challenger: `dann/data=${target}`,
    against: [`sourceOnly/data=${target}`],
    margin: relative(0.1),
    alpha: 0.05,
  })) satisfies readonly Compare<"sourceOnly" | "dann">[]

/**
 * The bound of Ben-David et al. (2007) on the target's error has the source's error and the distance of the domains in it. Here
 * both are measured along targets that lie further and further off, of the images and of the trained network's answers, and
 * again after training that makes the domains alike. Expected (Ganin et al. 2016, figure 3): training against a domain
 * classifier lowers the distance; a lower distance alone is no higher accuracy.
 */
export default experiment({
  name: "adaptation-distance",
  question: "How does accuracy on a target fall with its distance from the source, and does DANN lower both?",
  arms: {
    sourceOnly: baseline(sourceOnly({ ...shared, data: axis({ ...none, ...far }) })),
    dann: challenger(dann({ ...shared, data: axis(far) })),
  },
  metrics: [accuracy(), proxyADistance()],
  compare: [...atEachTarget("targetAccuracy"), ...atEachTarget("answerDistance")],
  seeds: 3,
  budget: { steps: 150 },
})
