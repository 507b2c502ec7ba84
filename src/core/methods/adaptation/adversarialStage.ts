import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Domains } from "../../contracts/dataset.ts"
import type { Stage, Turn } from "../../contracts/game.ts"
import { denseNetwork } from "../../models/denseNetwork.ts"
import type { Plugin } from "../../contracts/plugin.ts"
import {
  adaptationStage,
  bothDomains,
  type ClassificationParts,
  classifierPlayers,
} from "./classification.ts"
import { weightOption } from "./strategy.ts"

export interface AdversarialOptions {
  /** What lambda grows to; 1 in the paper and where left out. */
  readonly weight: number
  /** Widths of the domain classifier's layers; one of 100 where left out, as in DANN's network for MNIST to MNIST-M. */
  readonly domainLayers: readonly number[]
}

export const adversarialOptions: Plugin["options"] = {
  weight: weightOption(1),
  domainLayers: Schema.Array(Schema.Int.check(Schema.isGreaterThan(0))).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed([100])),
  ),
}

/**
 * A stage in which a classifier and the player `domain`, a network that scores the domain of what it sees, train side by side;
 * the batch holds `lambda`, a scalar that grows by `reversalSchedule`.
 *
 * @param inputs numbers that the domain network sees of an example
 */
export function adversarialStage(
  { network, batch, weight, domainLayers }: ClassificationParts & AdversarialOptions,
  domains: Domains,
  inputs: number,
  turns: readonly Turn[],
): Stage {
  return {
    name: adaptationStage,
    share: 1,
    batch,
    data: bothDomains(domains),
    play: ({ seed, steps }) => ({
      players: {
        ...classifierPlayers(network, domains, seed),
        domain: denseNetwork("domain", { inputs, hidden: domainLayers, outputs: 1 }, seed),
      },
      drawn: (step) => ({
        lambda: { values: Float32Array.of(weight * reversalSchedule(step / steps)), shape: [] },
      }),
      turns,
    }),
  }
}

/** Lambda of the paper at a share of the training: `2 / (1 + exp(-10 p)) - 1` (Ganin et al. 2016, section 5.2.2). */
export function reversalSchedule(progress: number): number {
  return 2 / (1 + Math.exp(-10 * progress)) - 1
}
