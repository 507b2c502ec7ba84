import * as Schema from "effect/Schema"
import type { Sweepable } from "../../contracts/axis.ts"
import type { Domains } from "../../contracts/dataset.ts"
import type { Stage } from "../../contracts/game.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { type AnyOptimiser, isHost } from "../../contracts/optimiser.ts"
import type { Plugin, Slot, Use } from "../../contracts/plugin.ts"
import { type Initialisation, initialisationChoice } from "../../layers/initialisation.ts"
import { type ClassificationParts, classifierOf, classifierPlayers } from "./classification.ts"
import { featureGame } from "./featureGame.ts"
import { shareOption } from "./strategy.ts"

/** How a strategy plays its feature game; `FeatureSpec` has the sources. */
export interface FeatureRules {
  /** Of the target's network. */
  readonly featureOptimiser: AnyOptimiser
  /** Of the domain network; `featureOptimiser` where left out. */
  readonly domainOptimiser?: AnyOptimiser
  /** The domain network's share of right answers in a batch above which the target's network learns; 0 for always. */
  readonly featureGate: number
  /** Weight of the labels of source images in what the target's network learns; 0 for none. */
  readonly featureTask: number
  /** How the domain network starts; `domainStart` where left out. */
  readonly domainInitialisation?: Initialisation
}

/** What a strategy is told of its feature game. */
export interface FeatureSpec {
  /** Share of the feature game in the steps, relative to the other stages; 1 where left out. */
  readonly featureShare?: Sweepable<number>
  /** Of the target's network in the feature game. */
  readonly featureOptimiser?: Sweepable<Use<"optimiser">>
  /** Of the domain network in the feature game; that of the target's network where left out. */
  readonly domainOptimiser?: Sweepable<Use<"optimiser">>
  /**
   * The target's network learns only in steps in which the domain network tells more than this share of the batch apart; 0 for always. The
   * released code of CyCADA has 0.6, that of ADDA none.
   */
  readonly featureGate?: Sweepable<number>
  /**
   * Weight of the labels of the stage's source images in what the target's network learns: the task term of Hoffman et al. 2018, section 3,
   * which the released code of CyCADA and of ADDA leaves out; 0 for none.
   */
  readonly featureTask?: Sweepable<number>
  /** How the domain network starts; Xavier's values where left out. */
  readonly domainInitialisation?: Sweepable<Initialisation>
}

/** What is left out stays out, so that a strategy, or a form of it, has defaults of its own. */
export const featureOptions: Plugin["options"] = {
  featureShare: shareOption(1),
  featureGate: Schema.optionalKey(
    Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1, exclusiveMaximum: true })),
  ),
  featureTask: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))),
  domainInitialisation: Schema.optionalKey(initialisationChoice),
}

export const featureSlots: Readonly<Record<"featureOptimiser" | "domainOptimiser", Slot>> = {
  featureOptimiser: { kind: "optimiser", optional: true },
  domainOptimiser: { kind: "optimiser", optional: true },
}

/** An optimiser that works on the host decides by itself when it moves, so no gate can. */
export function gateMistakes({ featureOptimiser, featureGate = 0 }: Partial<FeatureRules>): Mistake[] {
  if (featureOptimiser === undefined || !isHost(featureOptimiser) || featureGate === 0) return []
  const message = `expected an optimiser of compiled steps beside a gate of ${featureGate}, but ${featureOptimiser.name} works on the host; use featureGate 0 or another optimiser`
  return [{ path: ["featureOptimiser"], message }]
}

/** The stage in which the carried classifier plays `featureGame`. */
export function featureStage(
  parts: Pick<ClassificationParts, "network" | "losses" | "batch">,
  domains: Domains,
  stage: Pick<Stage, "share" | "data">,
  { featureOptimiser, domainOptimiser, featureGate, featureTask, domainInitialisation }: FeatureRules,
): Stage {
  return {
    ...stage,
    name: "feature",
    batch: parts.batch,
    play: ({ seed, carried }) =>
      featureGame({
        trained: classifierOf(carried),
        another: () => classifierPlayers(parts.network, domains, seed),
        classes: domains.classes.length,
        optimiser: featureOptimiser,
        ...(domainOptimiser === undefined ? {} : { domainOptimiser }),
        losses: parts.losses,
        ...(featureGate === 0 ? {} : { leastAccuracy: featureGate }),
        task: featureTask,
        ...(domainInitialisation === undefined ? {} : { domainInitialisation }),
        seed,
      }),
  }
}
