import type { Tensor } from "@saddlepoint/engine/tf"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { isAxis, type Sweepable } from "../contracts/axis.ts"
import type {
  AdversarialFacts,
  AdversarialLoss,
  Loss,
  ReconstructionFacts,
  ReconstructionLoss,
  Scope,
} from "../contracts/loss.ts"
import { type Options, type Plugin, type Use, use } from "../contracts/plugin.ts"

/** Every loss has a weight, which the trainer multiplies in; values of the loss itself are unweighted. */
const weighted = {
  weight: Schema.Finite.check(
    Schema.isGreaterThanOrEqualTo(0, { message: "expected a weight of at least 0" }),
  ).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1))),
}
type Weighted = typeof weighted

/** What a user may write: keys with defaults may be left out. */
type Written<O extends Schema.Struct.Fields> = Schema.Struct.Encoded<O & Weighted>
/** What `compute` gets: every option is there. */
type Decoded<O extends Schema.Struct.Fields> = Schema.Struct.Type<O & Weighted>

/** Gives a loss with chosen options: `l1()`, `l1(100)`, `l1(axis(10, 100))`, `l1({ weight: 100 })`. */
export interface LossConstructor<O extends Schema.Struct.Fields, L extends Loss> {
  (options?: Sweepable<number> | Options<Written<O>>): Use<"loss", { role: L["role"] }>
  readonly plugin: Plugin<"loss", L>
}

interface Definition<O extends Schema.Struct.Fields, Facts> {
  /** The word in definitions and learning curves, camelCase. */
  readonly name: string
  /** Raise it whenever the same options give other numbers. */
  readonly version: number
  /** Options besides `weight`, which every loss has. */
  readonly options?: O
  /** What the laws need to know, or a function that tells it from the options. */
  readonly laws: Facts | ((options: Decoded<O>) => Facts)
}

/** What a loss between an output and its target consists of. */
export interface ReconstructionDefinition<O extends Schema.Struct.Fields>
  extends Definition<O, ReconstructionFacts> {
  /** Takes two float32 tensors `[batch, height, width, channels]` in [-1, 1]; gives `[batch]`, each the mean within its example. */
  compute(output: Tensor, target: Tensor, options: Decoded<O>): Tensor
}

/** What a loss on a discriminator's scores consists of. */
export interface AdversarialDefinition<O extends Schema.Struct.Fields>
  extends Definition<O, AdversarialFacts> {
  /** `example` where left out. */
  readonly scope?: Scope
  /** What the discriminator minimises; scores float32 `[batch, ...positions, 1]`, gives `[batch]`. */
  discriminator(real: Tensor, fake: Tensor, options: Decoded<O>): Tensor
  /** What the generator minimises. */
  generator(fake: Tensor, real: Tensor, options: Decoded<O>): Tensor
}

/**
 * Defines a loss between an output and its target, in the repository or in anybody's own file:
 * `export const cubic = reconstructionLoss({ name: "cubic", version: 1, compute, laws: { atTarget: 0, smoothAtTarget: true } })`,
 * then `pix2pix({ losses: [cubic(10)], ... })`.
 */
export function reconstructionLoss<O extends Schema.Struct.Fields = Record<never, never>>(
  definition: ReconstructionDefinition<O>,
): LossConstructor<O, ReconstructionLoss> {
  return constructorOf<O, ReconstructionLoss>(definition, (options) => ({
    role: "reconstruction",
    name: definition.name,
    weight: options.weight,
    scope: "example",
    compute: (output, target) => definition.compute(output, target, options),
    laws: factsOf(definition, options),
  }))
}

/** Defines a loss on a discriminator's scores, as `reconstructionLoss` does for images. */
export function adversarialLoss<O extends Schema.Struct.Fields = Record<never, never>>(
  definition: AdversarialDefinition<O>,
): LossConstructor<O, AdversarialLoss> {
  return constructorOf<O, AdversarialLoss>(definition, (options) => ({
    role: "adversarial",
    name: definition.name,
    weight: options.weight,
    scope: definition.scope ?? "example",
    discriminator: (real, fake) => definition.discriminator(real, fake, options),
    generator: (fake, real) => definition.generator(fake, real, options),
    laws: factsOf(definition, options),
  }))
}

function constructorOf<O extends Schema.Struct.Fields, L extends Loss>(
  definition: { readonly name: string; readonly version: number; readonly options?: O },
  build: (options: Decoded<O> & { readonly weight: number }) => L,
): LossConstructor<O, L> {
  const { name, version, options } = definition
  const plugin: Plugin<"loss", L> = {
    kind: "loss",
    name,
    version,
    options: { ...options, ...weighted },
    build,
  }
  const construct = (chosen?: Sweepable<number> | Options<Written<O>>) =>
    use<"loss", { role: L["role"] }>(plugin, isWeight(chosen) ? { weight: chosen } : { ...chosen })
  return Object.assign(construct, { plugin })
}

function isWeight(value: unknown): value is Sweepable<number> {
  return typeof value === "number" || isAxis(value)
}

function factsOf<O extends Schema.Struct.Fields, Facts>(
  definition: Definition<O, Facts>,
  options: Decoded<O>,
): Facts {
  const { laws } = definition
  return typeof laws === "function" ? (laws as (options: Decoded<O>) => Facts)(options) : laws
}
