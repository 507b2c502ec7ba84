import { baseline, bound, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { crossEntropy } from "@saddlepoint/core/losses/crossEntropy"
import { entropyConditioned } from "@saddlepoint/core/losses/entropyConditioned"
import { adaBn } from "@saddlepoint/core/methods/adaptation/adaBn"
import { adda } from "@saddlepoint/core/methods/adaptation/adda"
import { cdan } from "@saddlepoint/core/methods/adaptation/cdan"
import { dan } from "@saddlepoint/core/methods/adaptation/dan"
import { dann } from "@saddlepoint/core/methods/adaptation/dann"
import { sourceOnly } from "@saddlepoint/core/methods/adaptation/sourceOnly"
import { lenet } from "@saddlepoint/core/models/digitClassifier"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { sgd } from "@saddlepoint/core/optimisers/sgd"
import { adaptation } from "@saddlepoint/datasets/adaptation"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { mnist } from "@saddlepoint/datasets/mnist"
import { mnistM } from "@saddlepoint/datasets/mnistM"
import { usps } from "@saddlepoint/datasets/usps"
import { accuracy } from "@saddlepoint/metrics/accuracy"

type Digits = ReturnType<typeof mnist | typeof usps | typeof mnistM | typeof glyphs>

const [clean, blurred] = [glyphs(), glyphs({ domain: "blurred" })]

/**
 * LeNet with both dropouts, as CyCADA released it, and PyTorch's first weights; SGD with momentum, annealed as in DANN. From He's first
 * weights and without dropout of channels CDAN+E ends at .923 instead of .950 from USPS to MNIST (training seed 1). At 0.01, the
 * published rate, 2,500 steps are too few; at 0.06 one seed in three collapses.
 */
const shared = {
  data: adaptation({ source: clean, target: blurred }),
  network: lenet({ dropout: 0.5, channelDropout: 0.5, initialisation: "pytorch" }),
  optimiser: sgd({ rate: 0.03, momentum: 0.9, weightDecay: 5e-4 }),
  annealing: "annealed",
  batch: 64,
} as const

/** The domain network of CDAN's code, and both domains in one batch, so that one pass serves both. */
const opposed = { ...shared, domainLayers: [500, 500], domainDropout: 0.5, together: true } as const
/** AdaBN works on batch normalisation, and is compared with a source-only network that has it too. */
const normalised = { ...shared, network: lenet({ dropout: 0.5, norm: "batch" }) } as const

/** Every arm between two other domains. */
function between(source: Digits, target: Digits): Record<string, object | null> {
  const data = adaptation({ source, target })
  const arms = ["sourceOnly", "dann", "cdan", "dan", "adda", "adaBn", "normalised"]
  return {
    ...Object.fromEntries(arms.map((arm) => [arm, { data }])),
    targetOnly: { data: adaptation({ source: target, target }) },
  }
}

const grey = { channels: 1 } as const
const colour = { channels: 3 } as const
const tolerance = { margin: relative(0.1), alpha: 0.05 } as const

/**
 * Published strategies between real digits, full training sets and official test sets, selection `last`. Published: CDAN+E .956 (MNIST to
 * USPS) and .980 (USPS to MNIST; Long et al. 2018, table 3), DANN .771 and .730 (Tzeng et al. 2017, table 2), DANN .767 from
 * MNIST to MNIST-M (Ganin et al. 2016, table 2).
 */
export default experiment({
  name: "digit-adaptation",
  question: "What do the published strategies reach between real digits?",
  arms: {
    sourceOnly: baseline(sourceOnly(shared)),
    normalised: baseline(sourceOnly(normalised)),
    targetOnly: bound(sourceOnly({ ...shared, data: adaptation({ source: blurred, target: blurred }) })),
    dann: challenger(dann(opposed)),
    cdan: challenger(cdan({ ...opposed, losses: [crossEntropy(), entropyConditioned()] })),
    dan: challenger(dan(shared)),
    // Gated as CyCADA's feature game: without, what it gained from MNIST to USPS falls again as the game goes on.
    adda: challenger(
      adda({
        ...shared,
        featureGate: 0.6,
        optimiser: adam({ rate: 1e-3, beta1: 0.9 }),
        annealing: "constant",
      }),
    ),
    adaBn: challenger(adaBn(normalised)),
  },
  metrics: [accuracy()],
  compare: [
    {
      metric: "targetAccuracy",
      challenger: ["dann", "cdan", "dan", "adda"],
      against: ["sourceOnly"],
      ...tolerance,
    },
    { metric: "targetAccuracy", challenger: "adaBn", against: ["normalised"], ...tolerance },
  ],
  seeds: 5,
  budget: { steps: 2500 },
  profiles: {
    /** Two seeds and few steps on generated digits: whether it runs. */
    quick: { seeds: 2, budget: { steps: 60 } },
    "mnist-usps": { arms: between(mnist(grey), usps(grey)) },
    "usps-mnist": { arms: between(usps(grey), mnist(grey)) },
    /** Colour backgrounds, which take twice the steps: .888 (sd .013 of five seeds; source-only .682) after 5,000. The strategies that align by class or by images are asked between the grey digits. */
    "mnist-mnistm": {
      arms: {
        ...between(mnist(colour), mnistM(colour)),
        cdan: null,
        dan: null,
        adda: null,
        normalised: null,
        adaBn: null,
      },
      compare: [{ metric: "targetAccuracy", challenger: "dann", against: ["sourceOnly"], ...tolerance }],
      budget: { steps: 5000 },
    },
  },
})
