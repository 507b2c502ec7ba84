import * as tf from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { AdversarialFacts } from "../contracts/loss.ts"
import { loss } from "./define.ts"
import { withinExample } from "./objectives/objective.ts"
import { meanOverPairs } from "./objectives/pairwise.ts"
import { softplus } from "./objectives/softplus.ts"

/** What is paid where a score that should be the higher one lies so far above the other. */
interface Form {
  of(ahead: tf.Tensor): tf.Tensor
  plain(ahead: number): number
  readonly laws: Partial<AdversarialFacts>
}

/** Steepest slope of a form, once for each mean in which a score stands. */
const steep = (slope: number) => ({ lipschitz: slope, least: [0, 0] as const })

const forms = {
  bce: {
    of: (ahead) => tf.softplus(tf.neg(ahead)),
    plain: (ahead) => softplus(-ahead),
    laws: steep(1),
  },
  lsgan: {
    of: (ahead) => tf.square(tf.sub(ahead, 1)),
    plain: (ahead) => (ahead - 1) ** 2,
    // It turns back where one is ahead by more than 1.
    laws: { monotoneBetween: [0, 1], least: [0, 0] },
  },
  hinge: {
    of: (ahead) => tf.relu(tf.sub(1, ahead)),
    plain: (ahead) => Math.max(0, 1 - ahead),
    // Real scores of 1/2 are ahead of fake ones of -1/2 by 1.
    laws: { ...steep(1), margin: 0.5 },
  },
} as const satisfies Record<string, Form>

const names = ["bce", "lsgan", "hinge"] as const satisfies readonly (keyof typeof forms)[]

/**
 * A relativistic adversarial loss (Jolicoeur-Martineau 2018, "The relativistic discriminator: a key element missing from standard GAN"): how far
 * real scores r are ahead of fake ones f, which the discriminator wants large and the generator, with both in each other's place, small.
 *
 * In pairs, of the examples in the same place of the batch (RSGAN; of other forms in Jolicoeur-Martineau 2019, "On relativistic f-divergences"):
 * `E p(r - f)` against `E p(f - r)`. With `average`, of each score beside the batch's mean of the others (RaSGAN, RaLSGAN, RaHingeGAN):
 * `E p(r - E f) + E p(E r - f)` against `E p(f - E r) + E p(E f - r)`, where gradients go through the means, and the means are over
 * positions as well; the loss is then over the batch. As in the paper there is no
 * factor 1/2, which the author's code has with `average`.
 *
 * Option `objective` says p of a lead d: `bce` `log(1 + e^-d)`, `lsgan` `(d - 1)^2`, `hinge` `max(0, 1 - d)`. Where no score is ahead
 * of another both players pay ln 2, 1 and 1 in pairs, and twice as much with `average`.
 */
export const relativistic = loss("adversarial", {
  name: "relativistic",
  version: 1,
  options: {
    objective: Schema.Literals(names).pipe(Schema.withDecodingDefaultKey(Effect.succeed("bce" as const))),
    average: Schema.Boolean.pipe(Schema.withDecodingDefaultKey(Effect.succeed(false))),
  },
  scope: ({ average }) => (average ? "batch" : "example"),
  opponent: ({ real, fake }, options) => ahead(real.scores!, fake.scores!, options),
  learner: ({ real, fake }, options) => ahead(fake.scores!, real.scores!, options),
  laws({ objective, average }) {
    const { plain, laws }: Form = forms[objective]
    const inPairs = (real: number, fake: number) => [plain(real - fake), plain(fake - real)] as const
    if (!average)
      return { ...laws, values: inPairs, shiftInvariant: true, definition: meanOverPairs(inPairs) }
    const lead = (above: readonly number[], below: readonly number[]) =>
      mean(above.map((score) => plain(score - mean(below)))) +
      mean(below.map((score) => plain(mean(above) - score)))
    return {
      ...laws,
      ...(laws.lipschitz === undefined ? {} : { lipschitz: 2 * laws.lipschitz }),
      values: (real, fake) => [2 * plain(real - fake), 2 * plain(fake - real)],
      shiftInvariant: true,
      definition: ({ scores: real }, { scores: fake }) => [
        lead(real!.values, fake!.values),
        lead(fake!.values, real!.values),
      ],
    }
  },
  examples: [false, true].flatMap((average) => names.map((objective) => ({ objective, average }))),
})

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** What is paid by whoever wants the first scores above the others. */
function ahead(
  above: tf.Tensor,
  below: tf.Tensor,
  { objective, average }: { readonly objective: keyof typeof forms; readonly average: boolean },
): tf.Tensor {
  const { of }: Form = forms[objective]
  if (!average) return withinExample(of(tf.sub(above, below)))
  return tf.add(tf.mean(of(tf.sub(above, tf.mean(below)))), tf.mean(of(tf.sub(tf.mean(above), below))))
}
