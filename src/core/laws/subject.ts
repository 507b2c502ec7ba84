import type { Law } from "./law.ts"
import { lawsFor } from "./losses/lossLaws.ts"
import { type StrategyTarget, strategiesOf } from "./strategies/strategy.ts"
import { strategyLaws } from "./strategies/strategyLaws.ts"
import { isTargetOf, type LossTarget, lossesOf } from "./targets.ts"

/** A plug-in with its options, and the laws that it must keep. */
export interface Subject {
  readonly kind: "loss" | "strategy"
  /** Tells it from others of its kind, e.g. `dann(form=alternating)`. */
  readonly name: string
  readonly laws: readonly Law<void>[]
}

/** What laws can be checked of. */
export type LawTarget = LossTarget | StrategyTarget

/**
 * Everything that a target stands for: one subject for each value of an axis.
 * @throws InvalidDefinition where the options do not fit
 */
export function subjectsOf(target: LawTarget): readonly Subject[] {
  if (isTargetOf("method", target)) {
    return strategiesOf(target).map((strategy) => ({
      kind: "strategy",
      name: strategy.name,
      laws: strategyLaws.map((law) => of(law, strategy)),
    }))
  }
  return lossesOf(target).map(({ name, loss }) => ({
    kind: "loss",
    name,
    laws: lawsFor(loss).map((law) => of(law, loss)),
  }))
}

/** A law of one plug-in. */
function of<Value>(law: Law<Value>, value: Value): Law<void> {
  return {
    name: law.name,
    statement: law.statement,
    applies: (_, options) => law.applies(value, options),
    property: (_, options) => law.property(value, options),
  }
}
