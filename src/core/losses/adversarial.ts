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
import { meanOverPairs } from "./objectives/pairwise.ts"
import { pearsonLsgan } from "./objectives/pearsonLsgan.ts"
import { wasserstein } from "./objectives/wasserstein.ts"

/** Objectives by their words in definitions. */
export const objectives = { bce, minimax, lsgan, pearsonLsgan, hinge, wasserstein } satisfies Record<
  string,
  AdversarialObjective
>

export type ObjectiveName = keyof typeof objectives

const names = [
  "bce",
  "minimax",
  "lsgan",
  "pearsonLsgan",
  "hinge",
  "wasserstein",
] as const satisfies readonly ObjectiveName[]

interface Chosen {
  readonly objective: ObjectiveName
  readonly smoothReal?: number
}

/** The objective with the target of real examples that was chosen. */
function chosenOf({ objective, smoothReal }: Chosen): AdversarialObjective {
  const usual: AdversarialObjective = objectives[objective]
  return smoothReal === undefined ? usual : usual.towards!(smoothReal)
}

/** Objectives that draw real scores to a target, which a smoothed label moves. */
const withTargets = names.filter((name) => "towards" in objectives[name])

const define = loss("adversarial", {
  name: "adversarial",
  version: 1,
  options: {
    objective: Schema.Literals(names).pipe(Schema.withDecodingDefaultKey(Effect.succeed("bce" as const))),
    smoothReal: Schema.optionalKey(
      Schema.Finite.check(
        Schema.makeFilter(
          (label: number) => (label > 0.5 && label <= 1) || "expected a label above 0.5, and of at most 1",
        ),
      ),
    ),
  },
  check({ objective, smoothReal }) {
    if (smoothReal === undefined || withTargets.includes(objective)) return []
    const message = `expected no smoothReal with ${objective}, which draws real scores to no target, but got ${smoothReal}; leave it out, or take ${withTargets.join(", ")}`
    return [{ path: ["smoothReal"], message }]
  },
  opponent: ({ real, fake }, options) => chosenOf(options).opponent(real.scores!, fake.scores!),
  // Real scores are asked for only where an objective looks at them: some methods compute them no earlier.
  learner: (seen, options) => chosenOf(options).learner(seen.fake.scores!, () => seen.real.scores!),
  laws(options) {
    const { laws } = chosenOf(options)
    const { values } = laws
    return typeof values === "function" ? { ...laws, definition: meanOverPairs(values) } : laws
  },
  examples: [
    ...names.map((objective) => ({ objective })),
    { objective: "bce", smoothReal: 0.9 },
    { objective: "lsgan", smoothReal: 0.9 },
  ],
})

/**
 * The loss that a discriminator learns: `adversarial("bce")`, `adversarial(axis("bce", "hinge"))`, or
 * `adversarial({ objective: "lsgan", weight: 0.5 })`.
 *
 * Objectives: `bce` (non-saturating), `minimax` (saturating), `lsgan` (targets 0 and 1), `pearsonLsgan` (targets -1 and 1 against 0),
 * `hinge` (margin 1), `wasserstein` (a critic's difference of means, to be used with a penalty). All take logits: the discriminator ends
 * without a sigmoid. `weight` says how much the generator minds the discriminator, which itself learns from the whole loss.
 *
 * `smoothReal`, in (0.5, 1], is the label of real examples in the discriminator's loss in the place of 1: one-sided label smoothing (Salimans et
 * al. 2016, section 3.4, with 0.9), of objectives that have a target. Labels of generated examples are never smoothed: that would reward
 * the generator for what it makes already.
 */
export const adversarial = Object.assign(
  (
    options:
      | Sweepable<ObjectiveName>
      | (Options<{ objective?: ObjectiveName; smoothReal?: number; weight?: number }> & {
          readonly schedule?: Sweepable<Use<"schedule">>
        }) = "bce",
  ): Use<"loss", { role: "adversarial" }> =>
    define(typeof options === "string" || isAxis(options) ? { objective: options } : { ...options }),
  { plugin: define.plugin },
)
