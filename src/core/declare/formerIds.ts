import type { JsonObject } from "../contracts/json.ts"
import { canonical, canonicalObject, textHash } from "./canonical.ts"
import type { Judging } from "./evaluations.ts"

/** What the trials of an arm are made of, as `planTrials` has it. */
interface FormerParts {
  /** The canonical texts of what all seeds share of the preimage. */
  readonly texts: Readonly<Record<string, string>>
  /** Of the method's plug-ins. */
  readonly versions: Readonly<Record<string, number>>
  readonly needs: readonly string[]
  readonly judging: readonly Judging[]
}

/**
 * The ids that trials had while their metrics and judges were part of them, by seed: run stores of those versions are still read under
 * these names.
 */
export function formerIds({ texts, versions, needs, judging }: FormerParts): (seed: number) => string {
  const plugins = Object.assign({}, ...judging.map(({ common }) => common.plugins), versions) as JsonObject
  const former = {
    ...texts,
    schema: "1",
    plugins: canonical(plugins),
    metrics: `[${judging.map((metric) => metric.texts.metric).join(",")}]`,
    judges: canonical([...needs]),
  }
  return (seed) => textHash(canonicalObject({ ...former, seed: canonical(seed) })).slice(0, 16)
}
