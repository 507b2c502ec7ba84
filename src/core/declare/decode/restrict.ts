import { InvalidDefinition } from "../../contracts/mistake.ts"
import { quoted } from "../../contracts/neutral.ts"
import { contentHash } from "../canonical.ts"
import { type Experiment, resolvedDefinition } from "./decode.ts"

/** What is to be left of an experiment. */
export interface Restriction {
  /** Names of arms, points of axes by their own, e.g. `gan/discriminator.receptiveField=16`. */
  readonly arms: readonly string[]
  /** Training seeds; those of the experiment where left out. */
  readonly seeds?: readonly number[]
}

/**
 * An experiment with some of its arms alone, and the comparisons between them. Its trials have the identities that they have in the
 * whole, so results of either are those of the other; judges and datasets that no arm is left for are not asked for.
 * @throws InvalidDefinition, one sentence, for an arm that it does not have
 */
export function restrict(
  experiment: Experiment,
  { arms, seeds = experiment.seeds }: Restriction,
): Experiment {
  const names = experiment.arms.map(({ name }) => name)
  const unknown = arms.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    const message = `expected an arm of ${experiment.name} out of ${names.join(", ")} but got ${quoted(unknown)}`
    throw new InvalidDefinition([{ path: ["arms"], message }])
  }
  const rest = {
    ...experiment,
    arms: experiment.arms.filter(({ name }) => arms.includes(name)),
    seeds,
    comparisons: experiment.comparisons.filter(
      ({ challenger, baseline }) => arms.includes(challenger) && arms.includes(baseline),
    ),
  }
  const definition = resolvedDefinition(rest)
  return { ...rest, definition, hash: contentHash(definition) }
}
