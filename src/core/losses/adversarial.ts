import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isAxis, type Sweepable } from "../contracts/axis.ts"
import type { Options, Use } from "../contracts/plugin.ts"
import { loss } from "./define.ts"
import { bce } from "./objectives/bce.ts"
import { hinge } from "./objectives/hinge.ts"
import { lsgan } from "./objectives/lsgan.ts"
import { minimax } from "./objectives/minimax.ts"
import type { AdversarialObjective } from "./objectives/objective.ts"
import { wasserstein } from "./objectives/wasserstein.ts"

/** Objectives by their words in definitions. */
export const objectives = { bce, minimax, lsgan, hinge, wasserstein } satisfies Record<
  string,
  AdversarialObjective
>

export type ObjectiveName = keyof typeof objectives

const names = ["bce", "minimax", "lsgan", "hinge", "wasserstein"] as const satisfies readonly ObjectiveName[]

const define = loss("adversarial", {
  name: "adversarial",
  version: 1,
  options: {
    objective: Schema.Literals(names).pipe(Schema.withDecodingDefaultKey(Effect.succeed("bce" as const))),
  },
  opponent: ({ real, fake }, { objective }) => objectives[objective].opponent(real.scores!, fake.scores!),
  // Real scores are asked for only where an objective looks at them: some methods compute them no earlier.
  learner: (seen, { objective }) => objectives[objective].learner(seen.fake.scores!, () => seen.real.scores!),
  laws: ({ objective }) => objectives[objective].laws,
  examples: names.map((objective) => ({ objective })),
})

/**
 * The loss that a discriminator learns: `adversarial("bce")`, `adversarial(axis("bce", "hinge"))`, or
 * `adversarial({ objective: "lsgan", weight: 0.5 })`.
 *
 * Objectives: `bce` (non-saturating), `minimax` (saturating), `lsgan` (targets 0 and 1), `hinge` (margin 1), `wasserstein` (a critic's
 * difference of means, to be used with a penalty). All take logits: the discriminator ends without a sigmoid. `weight` says how much
 * the generator minds the discriminator, which itself learns from the whole loss.
 */
export const adversarial = Object.assign(
  (
    options:
      | Sweepable<ObjectiveName>
      | (Options<{ objective?: ObjectiveName; weight?: number }> & {
          readonly schedule?: Sweepable<Use<"schedule">>
        }) = "bce",
  ): Use<"loss", { role: "adversarial" }> =>
    define(typeof options === "string" || isAxis(options) ? { objective: options } : { ...options }),
  { plugin: define.plugin },
)
