import { range } from "@saddlepoint/core/declare/tunable"
import { baseline, challenger, relative } from "@saddlepoint/core/experiment"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { l1 } from "@saddlepoint/core/losses/l1"
import { pix2pix } from "@saddlepoint/core/methods/translation/pix2pix"
import { patchGan } from "@saddlepoint/core/models/patchGan"
import { unet } from "@saddlepoint/core/models/unet"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { confirm, search } from "@saddlepoint/core/search/define"
import { latinHypercube } from "@saddlepoint/core/search/latinHypercube"
import { facades } from "@saddlepoint/datasets/facades"
import { labelConsistency } from "@saddlepoint/metrics/labelConsistency"
import { meanAbsoluteError } from "@saddlepoint/metrics/meanAbsoluteError"

const shared = { data: facades({ size: 32 }), generator: unet({ width: 8 }), batch: 4 }
/** Both arms get the same room: as many configurations, each over a learning rate and a weight. */
const rate = range(1e-4, 2e-3, { scale: "log" })
const weight = range(1, 100, { scale: "log" })

const tuned = search({
  name: "l1-weight-search",
  question: "Which weight of L1 and which learning rate suit each arm?",
  arms: {
    l1: baseline(pix2pix({ ...shared, optimiser: adam({ rate, beta1: 0.5 }), losses: [l1(weight)] })),
    gan: challenger(
      pix2pix({
        ...shared,
        optimiser: adam({ rate, beta1: 0.5 }),
        discriminator: patchGan({ receptiveField: 16, width: 8, norm: "none", conditional: true }),
        losses: [adversarial("bce"), l1(weight)],
      }),
    ),
  },
  metrics: [labelConsistency(), meanAbsoluteError()],
  select: "classAccuracy",
  sampler: latinHypercube({ trials: 8 }),
  seeds: [100, 101],
  budget: { steps: 300 },
  profiles: {
    quick: { sampler: { kind: "latinHypercube", trials: 2 }, seeds: [100], budget: { steps: 20 } },
  },
})

/**
 * Isola et al. (2017) fix the weight of L1 at 100, whatever stands beside it. Here each arm gets the weight that a search of equal cost
 * finds for it: `saddlepoint search` on this file chooses, `saddlepoint run` asks.
 */
export default confirm({
  of: tuned,
  name: "l1-weight",
  question: "Does an opponent still help when both arms were tuned alike?",
  seeds: [1, 2, 3, 4, 5],
  compare: { metric: "classAccuracy", against: ["l1"], margin: relative(0.1), alpha: 0.05 },
  profiles: { quick: { seeds: [1, 2], budget: { steps: 20 } } },
})
