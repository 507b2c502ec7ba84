import type { PointsMethod, SamplesMethod } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { refusalsOfModel } from "../../contracts/player.ts"
import { needsOf, unheardLosses } from "../../losses/compose.ts"
import { unseenFeatures } from "../../losses/featuresOf.ts"
import { conditionsIn, type GanRules, ganFields, tellsClass } from "./ganGame.ts"
import { packed } from "./packing.ts"
import { notUnrolled } from "./unrolling.ts"

type Sampling = Pick<
  GanRules,
  "generator" | "discriminator" | "losses" | "latent" | "conditions" | "packing" | "unroll"
> & {
  /** Samples that are judged; as many as the test split has examples where left out. */
  readonly samples?: number
}

type Sampled<M> = Pick<
  M,
  Extract<
    keyof M,
    | "answers"
    | "requires"
    | "needs"
    | "mistakes"
    | "samples"
    | "conditions"
    | "opponent"
    | "answer"
    | "refuses"
  >
>

/**
 * How a method samples, what it requires and refuses, where it trains `generator` and `discriminator` (`ganGame`).
 * @param name of the field that it makes examples of; images where left out
 */
export function sampling(rules: Sampling, name?: "image"): Sampled<SamplesMethod>
export function sampling(rules: Sampling, name: "point"): Sampled<PointsMethod>
export function sampling(
  { samples, ...rules }: Sampling,
  name: "image" | "point" = "image",
): Sampled<SamplesMethod> | Sampled<PointsMethod> {
  const { generator, discriminator, losses, latent, conditions = [], packing = 1, unroll } = rules
  const label = conditions.includes("label") ? { label: "class" as const } : {}
  return {
    ...(name === "image" ? ({ answers: "samples" } as const) : ({ answers: "points" } as const)),
    requires: name === "image" ? { image: "image", ...label } : { point: "point", ...label },
    needs: needsOf(losses),
    mistakes: [
      ...mistakesOf(losses),
      ...uncountable(samples),
      ...unheardLosses(losses, ["adversarial", "critic", "features", "regulariser", "classification"]),
      ...unseenFeatures(losses, discriminator),
      ...untold(losses, conditions),
      ...unmade(losses, name),
    ],
    ...(samples === undefined ? {} : { samples }),
    conditions,
    opponent: {
      packing,
      scores: (players, examples, told) =>
        players.discriminator!.apply(
          { [name]: packed(examples, packing), ...conditionsIn(told, conditions) },
          "evaluate",
        ).scores!,
    },
    async answer(_dataset, { generator: last, averaged: trained = last }) {
      return (batch, { count, draw }) => {
        const told = {
          latent: draw("latent", [count, latent], { kind: "normal" }),
          ...conditionsIn(batch, conditions),
        }
        return trained!.apply(told, "evaluate")[name]!
      }
    },
    refuses({ splits }) {
      const fields = ganFields(rules, splits.train.fields)
      return [
        ...refusalsOfModel(generator, fields.generator, "generator"),
        ...refusalsOfModel(discriminator, fields.discriminator, "discriminator"),
        ...(tellsClass(losses) ? withoutClass(discriminator) : []),
        ...(unroll !== undefined && discriminator.unrolls !== true ? [notUnrolled] : []),
      ]
    },
  }
}

function mistakesOf(losses: GanRules["losses"]): Mistake[] {
  if (losses.some(({ role }) => role === "adversarial")) return []
  const message =
    'expected an adversarial loss for the discriminator to learn from but got none; add adversarial("bce") to losses'
  return [{ path: ["losses"], message }]
}

/** Options of a user's own method may hold any number. */
function uncountable(samples: number | undefined): Mistake[] {
  if (samples === undefined || (Number.isInteger(samples) && samples > 0)) return []
  const message = `expected a whole number of samples above 0 but got ${samples}; leave it out for as many as the test split has images`
  return [{ path: ["samples"], message }]
}

/** A discriminator cannot learn to tell classes that the generator is not told. */
function untold(losses: GanRules["losses"], conditions: readonly string[]): Mistake[] {
  const index = losses.findIndex(({ role }) => role === "classification")
  if (index < 0 || conditions.includes("label")) return []
  const message = `expected a generator that is told the class beside ${losses[index]!.name} but it is not; add \`conditional: true\``
  return [{ path: ["losses", index], message }]
}

/** A regulariser of values that the generator does not make has nothing to see. */
function unmade(losses: GanRules["losses"], name: "image" | "point"): Mistake[] {
  return losses.flatMap((loss, index) => {
    const seen = loss.role === "regulariser" ? Object.keys(loss.laws.values ?? {}) : []
    if (seen.every((value) => value === name)) return []
    const message = `expected a regulariser of ${name} but ${loss.name} is of ${seen.join(", ")}; remove it`
    return [{ path: ["losses", index], message }]
  })
}

function withoutClass({ gives }: GanRules["discriminator"]): readonly string[] {
  if (gives.includes("classLogits")) return []
  return [
    `Expected a discriminator that gives classLogits beside scores for a loss of classes, but got one that gives ${gives.join(", ")}; ` +
      "take dcganDiscriminator() or remove the loss.",
  ]
}
