import type { SamplesMethod } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { refusalsOfModel } from "../../contracts/player.ts"
import { needsOf, unheardLosses } from "../../losses/compose.ts"
import { unseenFeatures } from "../../losses/featuresOf.ts"
import { conditionsIn, type GanRules, ganFields } from "./ganGame.ts"

type Sampling = Pick<GanRules, "generator" | "discriminator" | "losses" | "latent" | "conditions"> & {
  /** Samples that are judged; as many as the test split has images where left out. */
  readonly samples?: number
}

/** How a method samples, what it requires and refuses, where it trains `generator` and `discriminator` (`ganGame`). */
export function sampling({
  samples,
  ...rules
}: Sampling): Pick<
  SamplesMethod,
  "answers" | "requires" | "needs" | "mistakes" | "samples" | "conditions" | "answer" | "refuses"
> {
  const { generator, discriminator, losses, latent, conditions = [] } = rules
  return {
    answers: "samples",
    requires: { image: "image", ...(conditions.includes("label") ? { label: "class" as const } : {}) },
    needs: needsOf(losses),
    mistakes: [
      ...mistakesOf(losses),
      ...uncountable(samples),
      ...unheardLosses(losses, ["adversarial", "critic", "features", "regulariser"]),
      ...unseenFeatures(losses, discriminator),
    ],
    ...(samples === undefined ? {} : { samples }),
    conditions,
    async answer(_dataset, { generator: trained }) {
      return (batch, { count, draw }) => {
        const told = {
          latent: draw("latent", [count, latent], { kind: "normal" }),
          ...conditionsIn(batch, conditions),
        }
        return trained!.apply(told, "evaluate").image!
      }
    },
    refuses({ splits }) {
      const fields = ganFields(rules, splits.train.fields)
      return [
        ...refusalsOfModel(generator, fields.generator, "generator"),
        ...refusalsOfModel(discriminator, fields.discriminator, "discriminator"),
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
