import type { Kind } from "../../contracts/plugin.ts"

/** What everything of a kind that a plug-in builds must have; a schedule is a function. Judges are either trained or given. */
const essentials: Readonly<Record<Exclude<Kind, "schedule">, readonly string[]>> = {
  dataset: ["fields", "labels", "missing", "digest", "open"],
  model: ["part", "takes", "gives", "player"],
  loss: ["role", "name", "weight", "sides"],
  optimiser: ["name", "rate", "init", "update"],
  method: ["answers", "requires", "data", "stages", "answer"],
  metric: ["name", "outputs", "judged", "judges", "begin"],
  judge: ["task"],
  scorer: ["description", "score"],
}

/** What a classifier has besides, as strategies work on the features between its parts. */
const ofClassifiers = ["features", "size", "head"]

/**
 * Why what a plug-in built cannot be what its kind is, in a clause about its `build`; undefined where it can. A promise, an empty object or another
 * kind's part would be found when it is used, after hours.
 */
export function flawOfBuilt(kind: Kind, built: unknown): string | undefined {
  const instead = `in the place of a ${kind}; return one`
  if (kind === "schedule")
    return typeof built === "function" ? undefined : `gives ${nameOf(built)} ${instead}`
  if (typeof built !== "object" || built === null || Array.isArray(built))
    return `gives ${nameOf(built)} ${instead}`
  if (typeof (built as PromiseLike<unknown>).then === "function")
    return `gives a promise ${instead}, without async`
  const isClassifier = kind === "model" && (built as { readonly part?: unknown }).part === "classifier"
  const lacking = [...essentials[kind], ...(isClassifier ? ofClassifiers : [])].filter(
    (name) => (built as Readonly<Record<string, unknown>>)[name] === undefined,
  )
  return lacking.length === 0
    ? undefined
    : `gives a ${kind} without ${lacking.join(", ")}; add what is missing`
}

function nameOf(built: unknown): string {
  if (built === null) return "null"
  return Array.isArray(built) ? "a list" : typeof built
}
