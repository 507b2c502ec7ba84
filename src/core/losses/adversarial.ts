import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isAxis, type Sweepable } from "../contracts/axis.ts"
import type { Options, Use } from "../contracts/plugin.ts"
import { adversarialLoss } from "./define.ts"
import { bce } from "./objectives/bce.ts"
import { hinge } from "./objectives/hinge.ts"
import { lsgan } from "./objectives/lsgan.ts"
import { minimax } from "./objectives/minimax.ts"
import type { AdversarialObjective } from "./objectives/objective.ts"

/** Objectives by their words in definitions. */
export const objectives = { bce, minimax, lsgan, hinge } satisfies Record<string, AdversarialObjective>

export type ObjectiveName = keyof typeof objectives

const names = ["bce", "minimax", "lsgan", "hinge"] as const satisfies readonly ObjectiveName[]

const define = adversarialLoss({
  name: "adversarial",
  version: 1,
  options: {
    objective: Schema.Literals(names).pipe(Schema.withDecodingDefaultKey(Effect.succeed("bce" as const))),
  },
  discriminator: (real, fake, { objective }) => objectives[objective].discriminator(real, fake),
  generator: (fake, _real, { objective }) => objectives[objective].generator(fake),
  laws: ({ objective }) => objectives[objective].laws,
})

export const adversarialPlugin = define.plugin

/**
 * The loss that a discriminator learns: `adversarial("bce")`, `adversarial(axis("bce", "hinge"))`, or
 * `adversarial({ objective: "lsgan", weight: 0.5 })`.
 *
 * Objectives: `bce` (non-saturating), `minimax` (saturating), `lsgan` (targets 0 and 1), `hinge` (margin 1). All take
 * logits: the discriminator ends without a sigmoid. `weight` scales the discriminator's turn too.
 */
export const adversarial = Object.assign(
  (
    options: Sweepable<ObjectiveName> | Options<{ objective?: ObjectiveName; weight?: number }> = "bce",
  ): Use<"loss", { role: "adversarial" }> =>
    define(typeof options === "string" || isAxis(options) ? { objective: options } : options),
  { plugin: adversarialPlugin },
)
