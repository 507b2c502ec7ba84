import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Dataset } from "../../contracts/dataset.ts"
import type { SamplesMethod } from "../../contracts/method.ts"
import type { Plugin } from "../../contracts/plugin.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { adam } from "../../optimisers/adam.ts"
import { type GanRules, ganGame } from "../samples/ganGame.ts"
import { sampling } from "../samples/sampling.ts"

type Parts = GanRules & { readonly data: Dataset; readonly batch: number }

const count = (value: number) =>
  Schema.Int.check(Schema.isGreaterThan(0)).pipe(Schema.withDecodingDefaultKey(Effect.succeed(value)))

/** The least method that makes images out of noise, for tests; there is none in the catalogue. */
export const ganPlugin: Plugin<"method", SamplesMethod> = {
  kind: "method",
  name: "gan",
  version: 1,
  options: { batch: count(2), latent: count(4) },
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model" },
    discriminator: { kind: "model" },
    losses: { kind: "loss", many: true, default: [adversarial("bce")] },
    optimiser: { kind: "optimiser", default: adam() },
  },
  build: (parts: Parts): SamplesMethod => ({
    ...sampling(parts),
    data: parts.data,
    stages: ({ splits: { train } }) => [
      {
        name: "gan",
        share: 1,
        batch: parts.batch,
        data: async () => train,
        play: ({ seed }) => ganGame(parts, { fields: train.fields, batch: parts.batch, seed }),
      },
    ],
  }),
}
