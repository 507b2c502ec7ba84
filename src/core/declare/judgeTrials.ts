import type { JsonObject } from "../contracts/json.ts"
import { isGiven, type Judge } from "../contracts/judge.ts"
import { contentHash } from "./canonical.ts"
import type { Experiment } from "./decode/decode.ts"
import { build, pluginOf } from "./decode/resolve.ts"
import type { PluginMap } from "./definition.ts"
import { noteVersions, type OtherSplit, schemas, withoutPlaces } from "./preimage.ts"
import type { Trial } from "./trial.ts"

/** The judges that the metrics need on one dataset, each once, named after the first metric that needs it. */
export function planJudges(experiment: Experiment, judged: JudgedData, suffix: string): Trial[] {
  const { plugins } = experiment
  const judges = new Map<string, Trial>()
  for (const metric of experiment.metrics) {
    const built = metric.build()
    const specs = judgeSpecs(metric.spec, plugins)
    for (const name of Object.keys(built.judges)) {
      if (!specs.has(name)) {
        throw new Error(
          `expected the judge "${name}" of the metric "${built.name}" to be the name of a slot of kind judge, but its slots are ${[...specs.keys()].join(", ") || "none"}; name judges as their slots`,
        )
      }
    }
    for (const [name, spec] of specs) {
      if (isGiven(built.judges[name]!)) continue
      const { id, ...trial } = judgeTrial(spec, judged, plugins)
      if (judges.has(id)) continue
      const arm = `judge/${built.name}.${name}${suffix}`
      judges.set(id, { id, ...trial, arm })
    }
  }
  return [...judges.values()]
}

/** What a judge will judge: a dataset, and which of its splits where it is not the test split. */
export interface JudgedData {
  readonly data: JsonObject
  readonly digest: string
  readonly split: OtherSplit | undefined
}

/** The trial that trains a judge on a dataset, without the name that a plan gives it. */
export function judgeTrial(
  spec: JsonObject,
  { data, digest, split }: JudgedData,
  plugins: PluginMap,
): Omit<Trial, "arm"> {
  const judge: Judge = build("judge", spec, plugins)
  if (isGiven(judge))
    throw new Error("Expected a judge that is trained, but got one whose weights are given.")
  const { seed, steps } = judge
  const versions: Record<string, number> = {}
  noteVersions("judge", spec, plugins, versions)
  noteVersions("dataset", data, plugins, versions)
  const preimage = {
    schema: schemas.judge,
    kind: "judge",
    spec,
    dataset: withoutPlaces(data, plugins),
    data: digest,
    seed,
    steps,
    plugins: versions,
    ...(split === undefined ? {} : { split }),
  }
  const id = contentHash(preimage).slice(0, 16)
  return { id, kind: "judge", role: "judge", seed, steps, preimage, source: data, needs: [] }
}

/** Specs of the judges in a metric's slots, by slot name (`name.0`, `name.1`, ... where a slot takes several). */
export function judgeSpecs(metric: JsonObject, plugins: PluginMap): Map<string, JsonObject> {
  const specs = new Map<string, JsonObject>()
  for (const [name, slot] of Object.entries(pluginOf("metric", metric, plugins).slots ?? {})) {
    const inner = metric[name]
    if (slot.kind !== "judge" || inner === undefined) continue
    if (Array.isArray(inner)) {
      for (const [index, item] of inner.entries()) specs.set(`${name}.${index}`, item as JsonObject)
    } else specs.set(name, inner as JsonObject)
  }
  return specs
}
