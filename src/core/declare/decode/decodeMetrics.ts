import { isObject, type Json, type JsonObject } from "../../contracts/json.ts"
import { judgeable, type Method, type SamplesMethod } from "../../contracts/method.ts"
import type { Judged, Metric } from "../../contracts/metric.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { quoted } from "../../contracts/neutral.ts"
import { shown } from "../definition.ts"
import type { DecodedArm } from "./decodeArms.ts"
import { type Decoding, decodePlugin } from "./decodePlugin.ts"
import { build, tryBuild } from "./resolve.ts"

type Path = Mistake["path"]

/** One metric of the experiment, with every default filled in. */
export interface ResolvedMetric {
  readonly spec: JsonObject
  build(): Metric
}

export function decodeMetrics(
  json: Json | undefined,
  decoding: Decoding,
): (ResolvedMetric & { readonly built: Metric })[] | undefined {
  const { mistakes, plugins } = decoding
  if (!Array.isArray(json) || json.length === 0) {
    const got = Array.isArray(json) ? "none" : shown(json)
    mistakes.push({ path: ["metrics"], message: `expected a list of at least one metric but got ${got}` })
    return undefined
  }
  const before = mistakes.length
  const owners = new Map<string, number>()
  const metrics = json.flatMap((item: Json, index) => {
    const path = ["metrics", index]
    const axis = axisIn(item, path)
    if (axis !== undefined) {
      mistakes.push({ path: axis, message: "expected one value but got an axis; axes belong in arms" })
      return []
    }
    const spec = decodePlugin(item, "metric", path, decoding)
    const built = spec && tryBuild("metric", spec, path, decoding)
    if (spec === undefined || built === undefined) return []
    for (const { name } of built.outputs) {
      const other = owners.get(name)
      if (other !== undefined) {
        mistakes.push({ path, message: `metrics.${other} gives "${name}" already; remove one of the two` })
      }
      owners.set(name, index)
    }
    return [{ spec, built, build: () => build("metric", spec, plugins) }]
  })
  return mistakes.length === before ? metrics : undefined
}

function axisIn(node: Json, path: Path): Path | undefined {
  if (isObject(node) && Object.hasOwn(node, "axis")) return path
  const members: [string | number, Json][] = Array.isArray(node)
    ? [...node.entries()]
    : isObject(node)
      ? Object.entries(node)
      : []
  for (const [key, member] of members) {
    const found = axisIn(member, [...path, key])
    if (found !== undefined) return found
  }
  return undefined
}

/** Metrics judge images, pairs or classes, and every arm must answer with what they judge. */
export function checkJudged(
  arms: readonly DecodedArm[],
  metrics: readonly { readonly spec: JsonObject; readonly built: Metric }[],
  mistakes: Mistake[],
): void {
  for (const [index, { built, spec }] of metrics.entries()) {
    const unfit = arms.find(({ method }) => !judgedOf(method).includes(built.judged))
    if (unfit === undefined) continue
    const message = `"${spec.use}" judges ${built.judged} but the arm ${quoted(unfit.resolved.name)} answers with ${unfit.method.answers}; remove it or choose another metric`
    mistakes.push({ path: ["metrics", index], message })
  }
}

/** A metric of what was asked for judges no arm that is asked for nothing. */
export function checkAsked(
  arms: readonly DecodedArm[],
  metrics: readonly { readonly spec: JsonObject; readonly built: Metric }[],
  mistakes: Mistake[],
): void {
  const untold = arms.find(({ method }) => method.answers !== "samples" || !isToldClass(method))
  if (untold === undefined) return
  for (const [index, { built, spec }] of metrics.entries()) {
    if (built.needsAskedClass !== true || !judgedOf(untold.method).includes(built.judged)) continue
    const message = `"${spec.use}" judges whether samples are of the class that was asked for but the arm ${quoted(untold.resolved.name)} is told no class; make it conditional or choose another metric`
    mistakes.push({ path: ["metrics", index], message })
  }
}

function isToldClass({ conditions = [] }: SamplesMethod): boolean {
  return conditions.includes("label")
}

function judgedOf({ answers }: Method): readonly Judged[] {
  return judgeable[answers]
}

export function checkLabels(
  arms: readonly DecodedArm[],
  metrics: readonly { readonly spec: JsonObject; readonly built: Metric }[],
  mistakes: Mistake[],
): void {
  const without = arms.find((arm) => !arm.method.data.labels)
  if (without === undefined) return
  for (const [index, { built, spec }] of metrics.entries()) {
    if (!built.needsLabels) continue
    const message = `"${spec.use}" needs labels but the data of the arm ${quoted(without.resolved.name)} have none; remove it or choose other data`
    mistakes.push({ path: ["metrics", index], message })
  }
}
