import type { JsonObject } from "../contracts/json.ts"
import { isGiven } from "../contracts/judge.ts"
import { canonical, canonicalObject, canonicalOrder, textHash } from "./canonical.ts"
import type { Experiment } from "./decode/decode.ts"
import { type JudgedData, judgeSpecs, judgeTrial } from "./judgeTrials.ts"
import { noteVersions, protocol, schemas } from "./preimage.ts"
import type { Evaluation } from "./trial.ts"

/** What a metric judges every trial on one dataset with: all of an evaluation's preimage but the trial. */
export interface Judging {
  /** Name of the metric's plug-in. */
  readonly metric: string
  readonly common: JsonObject
  /** The canonical texts of `common`'s members. */
  readonly texts: Readonly<Record<string, string>>
}

/** How the metrics of an experiment judge on one dataset, in the order of their canonical texts. */
export function judgingOn(experiment: Experiment, data: JudgedData): Judging[] {
  const { plugins } = experiment
  const built = new Map(experiment.metrics.map((metric) => [metric.spec, metric.build()]))
  return canonicalOrder([...built.keys()]).map((spec) => {
    const { name, judges: networks } = built.get(spec)!
    const versions: Record<string, number> = {}
    noteVersions("metric", spec, plugins, versions)
    const judges: Record<string, string> = {}
    for (const [slot, judge] of judgeSpecs(spec, plugins)) {
      // Of a network from a file the digest is in its options, or fixed by its name.
      if (!isGiven(networks[slot]!)) judges[slot] = judgeTrial(judge, data, plugins).id
    }
    const common = { schema: schemas.evaluation, metric: spec, plugins: versions, judges, protocol }
    const texts = Object.fromEntries(Object.entries(common).map(([key, value]) => [key, canonical(value)]))
    return { metric: name, common, texts }
  })
}

/** The evaluations of one trial. */
export function evaluationsOf(trial: string, judging: readonly Judging[]): Evaluation[] {
  return judging.map(({ metric, common, texts }) => ({
    id: textHash(canonicalObject({ ...texts, trial: canonical(trial) })).slice(0, 16),
    metric,
    preimage: { ...common, trial },
  }))
}

/** Ids of the judges that an evaluation looks with, by the slot of its metric. */
export function judgesOf({ preimage }: Pick<Evaluation, "preimage">): Readonly<Record<string, string>> {
  return preimage.judges as Record<string, string>
}
