import type { PluginText } from "./pluginText.ts"

export const method: PluginText = {
  about: "who plays what: here a GAN, images out of noise",
  place: (name) => `arms: { ${name}: challenger(${name}({ data: glyphs() })) }`,
  text: (name) => `import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import type { MethodFacts, SamplesMethod } from "@saddlepoint/core/contracts/method"
import { adversarial } from "@saddlepoint/core/losses/adversarial"
import { type GanRules, ganGame } from "@saddlepoint/core/methods/samples/ganGame"
import { sampling } from "@saddlepoint/core/methods/samples/sampling"
import { dcganDiscriminator } from "@saddlepoint/core/models/dcganDiscriminator"
import { dcganGenerator } from "@saddlepoint/core/models/dcganGenerator"
import { adam } from "@saddlepoint/core/optimisers/adam"
import { type Plugin, type Use, use } from "@saddlepoint/core/plugin"
import { wholeOption } from "@saddlepoint/datasets/formats/options"

type Parts = GanRules & { readonly data: Dataset; readonly batch: number }

/** A GAN (Goodfellow et al. 2014, algorithm 1). Its game has two moves, the discriminator's and the generator's; CONTRIBUTING.md writes one out. */
const build = (parts: Parts): SamplesMethod => ({
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
})

const count = (otherwise: number) => wholeOption(1, 1024, otherwise)

export const ${name}Plugin: Plugin<"method", SamplesMethod> = {
  kind: "method",
  name: "${name}",
  // Raise it whenever the same options give other numbers.
  version: 1,
  options: { batch: count(32), latent: count(64) },
  // What can stand in a method, and what does where an experiment leaves it out.
  slots: {
    data: { kind: "dataset" },
    generator: { kind: "model", default: dcganGenerator({ width: 16 }) },
    discriminator: { kind: "model", default: dcganDiscriminator({ width: 16 }) },
    losses: { kind: "loss", many: true, default: [adversarial("bce")] },
    optimiser: { kind: "optimiser", default: adam({ rate: 1e-3, beta1: 0.5 }) },
  },
  build,
}

interface Spec {
  readonly data: Use<"dataset", { fields: { image: "image" } }>
  readonly generator?: Use<"model">
  readonly discriminator?: Use<"model">
  readonly losses?: readonly Use<"loss">[]
  readonly optimiser?: Use<"optimiser">
  readonly batch?: number
  readonly latent?: number
}

export const ${name} = (spec: Spec) => use<"method", MethodFacts<boolean, "samples">>(${name}Plugin, { ...spec })
`,
}
