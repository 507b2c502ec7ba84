import { axis } from "@saddlepoint/core/axis"
import { baseline, challenger, experiment, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { l2 } from "@saddlepoint/core/losses/l2"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { cmpFacades } from "@saddlepoint/datasets/cmpFacades"
import { facades } from "@saddlepoint/datasets/facades"
import { fid } from "@saddlepoint/metrics/fid"
import { domainFeatures } from "@saddlepoint/metrics/judges/domainFeatures"
import { segmenter } from "@saddlepoint/metrics/judges/segmenter"
import { labelConsistency } from "@saddlepoint/metrics/labelConsistency"
import { meanAbsoluteError } from "@saddlepoint/metrics/meanAbsoluteError"
import { psnr } from "@saddlepoint/metrics/psnr"
import { ssim } from "@saddlepoint/metrics/ssim"

/**
 * Small enough for a laptop: a U-Net of 1.8 million parameters at 64 px. The learning rate and the weight of L1 beside
 * the opponent were chosen with training seed 100, which is none of the experiment's: in a few hundred steps the
 * published 2e-4 and 100 leave every arm at the mean image. Adam does not mind the weight of a loss that stands alone.
 */
const shared = {
  data: facades({ size: 64 }),
  generator: unet({ width: 16 }),
  batch: 4,
  optimiser: adam({ rate: 5e-4, beta1: 0.5 }),
}
const weight = 3
const critic = { width: 16, norm: "none", conditional: true } as const

const field = <const N extends number>(n: N) => `gan/discriminator.receptiveField=${n}` as const
const tolerance = { margin: relative(0.1), alpha: 0.05 } as const

/** The same change to every arm, for a profile. */
const arms = [
  "l1",
  "l2",
  "gan",
  "ganWithoutL1",
  "unconditional",
  "unconditionalWithoutL1",
  "sameCapacity",
] as const
const everyArm = <T>(change: T) => Object.fromEntries(arms.map((arm) => [arm, change]))

/**
 * At 64 px, receptive fields 4, 16 and 70 stand to the image as the published 16, 70 and 286 do at 256 px. Expected (Isola et al. 2017, Table 2): 1 far below 16 and 70, the whole image below both.
 */
export default experiment({
  name: "patchgan-receptive-field",
  question: "Which PatchGAN receptive field beats a fixed loss in translating label maps to facades?",
  arms: {
    l1: baseline(pix2pix({ ...shared, losses: [l1(weight)] })),
    l2: baseline(pix2pix({ ...shared, losses: [l2(weight)] })),
    gan: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ ...critic, receptiveField: axis(1, 4, 7, 16, 34, 70) }),
        losses: [adversarial("bce"), l1(weight)],
      }),
    ),
    ganWithoutL1: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ ...critic, receptiveField: 16 }),
        losses: [adversarial("bce")],
      }),
    ),
    unconditional: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ ...critic, conditional: false, receptiveField: 16 }),
        losses: [adversarial("bce"), l1(weight)],
      }),
    ),
    unconditionalWithoutL1: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ ...critic, conditional: false, receptiveField: 16 }),
        losses: [adversarial("bce")],
      }),
    ),
    // Receptive field 7 with the 10.3 thousand parameters of 16, so that field and capacity are not one thing.
    sameCapacity: challenger(
      pix2pix({
        ...shared,
        discriminator: patchGan({ ...critic, receptiveField: 7, width: 91 }),
        losses: [adversarial("bce"), l1(weight)],
      }),
    ),
  },
  metrics: [fid(), labelConsistency(), meanAbsoluteError(), psnr(), ssim()],
  compare: [
    { metric: "fid", against: ["l1", "l2"], ...tolerance },
    // Published order of the losses: L1 + cGAN > cGAN > L1 > unconditional GAN.
    { metric: "classAccuracy", challenger: field(16), against: ["ganWithoutL1", "l1", "l2"], ...tolerance },
    { metric: "classAccuracy", challenger: "ganWithoutL1", against: ["l1"], ...tolerance },
    { metric: "classAccuracy", challenger: "unconditionalWithoutL1", against: ["l1"], ...tolerance },
    // Published order of the fields: an inverted U.
    {
      metric: "classAccuracy",
      challenger: [field(4), field(16)],
      against: [field(1), field(70)],
      ...tolerance,
    },
    { metric: "classAccuracy", challenger: field(16), against: [field(4)], ...tolerance },
    // Field and capacity apart: 7 with the parameters of 16.
    { metric: "classAccuracy", challenger: "sameCapacity", against: [field(7), field(16)], ...tolerance },
  ],
  seeds: 5,
  budget: { steps: 500 },
  profiles: {
    /** Minutes on two cores: does 16 beat the fixed losses? */
    quick: {
      arms: {
        gan: { discriminator: { receptiveField: axis(1, 16, 70) } },
        ganWithoutL1: null,
        unconditional: null,
        unconditionalWithoutL1: null,
        sameCapacity: null,
      },
      compare: ["fid", "classAccuracy"].map((metric) => ({
        metric,
        challenger: field(16),
        against: ["l1", "l2"],
        ...tolerance,
      })),
      budget: { steps: 250 },
    },
    /** Every arm on generated data. */
    full: {},
    /** Every arm on the CMP facades; needs SADDLEPOINT_DATA. */
    real: {
      arms: everyArm({ data: cmpFacades({ size: 64 }) }),
      // Photographs need longer training of the judges than generated facades do.
      metrics: [
        fid({ features: domainFeatures({ steps: 1200 }) }),
        labelConsistency({ segmenter: segmenter({ steps: 1500 }) }),
        meanAbsoluteError(),
        psnr(),
        ssim(),
      ],
      seeds: 3,
      budget: { steps: 800 },
    },
  },
})
