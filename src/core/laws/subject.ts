import type { AnyLoss } from "../contracts/loss.ts"
import type { CheckedLaw } from "./law.ts"
import { lawsFor } from "./losses/declining.ts"
import { examine } from "./losses/examined.ts"
import { type StrategyTarget, strategiesOf } from "./strategies/strategy.ts"
import { strategyLaws } from "./strategies/strategyLaws.ts"
import { isTargetOf, type LossTarget, lossesOf } from "./targets.ts"

/** A plug-in with its options, and the laws that it must keep. */
export interface Subject {
  readonly kind: "loss" | "strategy" | "dataset" | "model" | "metric" | "method"
  /** Tells it from others of its kind, e.g. `dann(form=alternating)`. */
  readonly name: string
  readonly laws: readonly CheckedLaw<void>[]
}

/** What laws can be checked of. */
export type LawTarget = LossTarget | StrategyTarget | Subject

/**
 * Everything that a target stands for: one subject for each value of an axis, and of a plug-in that nobody chose options for, one for
 * each of its examples.
 * @throws InvalidDefinition where the options do not fit
 */
export function subjectsOf(target: LawTarget): readonly Subject[] {
  if (isSubject(target)) return [target]
  if (isTargetOf("method", target)) {
    return strategiesOf(target).map((strategy) => ({
      kind: "strategy",
      name: strategy.name,
      laws: strategyLaws.map((law) => of(law, strategy)),
    }))
  }
  return lossesOf(target).map(({ name, loss: checked }) => {
    // Of whoever writes without the compiler: no facts are empty ones, for want of which laws are unchecked
    const loss = { ...checked, laws: checked.laws ?? {} } as AnyLoss
    const examined = examine(loss)
    return { kind: "loss", name, laws: lawsFor(loss).map((law) => of(law, examined)) }
  })
}

const isSubject = (target: LawTarget): target is Subject => "laws" in target && Array.isArray(target.laws)

/** A law of one plug-in. */
export function of<Value>(law: CheckedLaw<Value>, value: Value): CheckedLaw<void> {
  return {
    ...law,
    applies: (_, options) => law.applies(value, options),
    property: (_, options) => law.property(value, options),
  }
}
