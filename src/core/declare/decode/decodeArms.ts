import * as Schema from "effect/Schema"
import { missingFields } from "../../contracts/field.ts"
import { isObject, type Json, type JsonObject } from "../../contracts/json.ts"
import { type Method, oracleWithoutLabels } from "../../contracts/method.ts"
import type { Mistake } from "../../contracts/mistake.ts"
import { quoted } from "../../contracts/neutral.ts"
import { canonical } from "../canonical.ts"
import { shown } from "../definition.ts"
import { decodeFields } from "../schemaMistakes.ts"
import type { AxisPoint, Role } from "../trial.ts"
import { type Decoding, decodePlugin } from "./decodePlugin.ts"
import { expand, mostPoints, type Point } from "./expand.ts"
import { build, tryBuild } from "./resolve.ts"

type Path = Mistake["path"]

/** One arm of the experiment, without axes and with every default filled in. */
export interface ResolvedArm {
  /** Name, e.g. `gan/discriminator.receptiveField=16`. */
  readonly name: string
  /** Key under `arms`, e.g. `gan`. */
  readonly key: string
  /** Values of its axes. */
  readonly points: readonly AxisPoint[]
  readonly role: Exclude<Role, "control">
  /** The method with all its parts; role and budget are not part of it. */
  readonly spec: JsonObject
  /** Training steps over all stages. */
  readonly steps: number
  build(): Method
  /** Where a path within the method lies in the definition, for mistakes that are found later. */
  written(path: Path): Path
}

/** Names that trials beside the arms go by. */
const reserved = ["control", "judge"]

const roles = ["baseline", "challenger", "bound"] as const

const aboveZero = Schema.Int.check(Schema.isGreaterThan(0))
const budget = { steps: aboveZero }
const armFields = { role: Schema.Literals(roles) }

/** An arm as it stands after expansion; `role` as written, which may be wrong. */
export interface ArmPoint extends Point {
  readonly key: string
  readonly name: string
  readonly role: Role
}

export interface DecodedArm {
  readonly resolved: ResolvedArm
  readonly method: Method
}

export function expandArms(
  json: Json | undefined,
  mistakes: Mistake[],
): { points: ArmPoint[]; keys: string[] } {
  if (!isObject(json) || Object.keys(json).length === 0) {
    const got = isObject(json) ? "none" : shown(json)
    mistakes.push({
      path: ["arms"],
      message: `expected at least one arm but got ${got}; add a baseline and a challenger`,
    })
    return { points: [], keys: [] }
  }
  const points: ArmPoint[] = []
  for (const [key, arm] of Object.entries(json)) {
    const path = ["arms", key]
    if (reserved.includes(key)) {
      mistakes.push({ path, message: `the name "${key}" is kept for ${key} trials; choose another one` })
    } else if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(key)) {
      const message = `expected a name of letters, digits, "-" and "_" that starts with a letter but got ${quoted(key)}`
      mistakes.push({ path, message })
    }
    if (!isObject(arm) || Object.hasOwn(arm, "axis")) {
      mistakes.push({ path, message: `expected an arm { "role": ..., "use": ... } but got ${shown(arm)}` })
      continue
    }
    const names = new Set<string>()
    for (const point of expand(arm, path, mistakes)) {
      const name = point.label === "" ? key : `${key}/${point.label}`
      if (names.has(name)) {
        const message = `two points of the axes have the name ${quoted(name)}; give the values labels, or remove one`
        mistakes.push({ path, message })
      } else points.push({ ...point, key, name, role: point.json.role as Role })
      names.add(name)
    }
    if (points.length > mostPoints) {
      const message = `expected arms of at most ${mostPoints} points in all but got more; make an experiment of some of them`
      mistakes.push({ path, message })
      return { points: [], keys: Object.keys(json) }
    }
  }
  // An arm whose own role cannot be read may be the baseline.
  const written = Object.values(json).map((arm) => (isObject(arm) ? arm.role : undefined))
  if (written.every((role) => role === "challenger" || role === "bound")) {
    mistakes.push({
      path: ["arms"],
      message: 'expected at least one arm with the role "baseline" but got none',
    })
  }
  return { points, keys: Object.keys(json) }
}

export function decodeArm(
  point: ArmPoint,
  steps: number | undefined,
  decoding: Decoding,
): DecodedArm | undefined {
  const { json, key, name } = point
  const written = (path: Path): Path => ["arms", key, ...point.written(path)]
  const mistakes: Mistake[] = []
  const { role, budget: own, ...method } = json
  decodeFields(armFields, role === undefined ? {} : { role }, [], mistakes)
  const mine = own === undefined ? steps : decodeSteps(own, ["budget"], mistakes)
  const spec = decodePlugin(method, "method", [], { ...decoding, mistakes }, ["role", "budget"])
  const built = spec && tryBuild("method", spec, [], { ...decoding, mistakes })
  if (built !== undefined) checkMethod(built, spec!, mistakes)
  for (const mistake of mistakes) decoding.mistakes.push({ ...mistake, path: written(mistake.path) })
  if (mistakes.length > 0 || spec === undefined || built === undefined) return undefined
  return {
    method: built,
    resolved: {
      name,
      key,
      points: point.points,
      role: role as ResolvedArm["role"],
      spec,
      steps: mine ?? 0,
      build: () => build("method", spec, decoding.plugins),
      written,
    },
  }
}

function checkMethod(method: Method, spec: JsonObject, mistakes: Mistake[]): void {
  mistakes.push(...(method.mistakes ?? []))
  const { requires, data } = method
  if (method.answers === "classes" && method.selection === "targetOracle" && !data.labels) {
    mistakes.push({ path: ["selection"], message: oracleWithoutLabels })
  }
  const missing = missingFields(requires, data.fields)
  if (missing.length > 0) {
    const dataset = isObject(spec.data) ? `"${spec.data.use}"` : "its dataset"
    const given = Object.keys(data.fields).join(", ")
    const message = `"${spec.use}" needs the field${missing.length > 1 ? "s" : ""} ${missing.join(", ")} but ${dataset} gives ${given}; choose another dataset`
    mistakes.push({ path: ["data"], message })
  }
}

export function decodeSteps(json: Json | undefined, path: Path, mistakes: Mistake[]): number | undefined {
  if (json === undefined) return undefined
  if (!isObject(json)) {
    mistakes.push({ path, message: `expected { "steps": ... } but got ${shown(json)}` })
    return undefined
  }
  return decodeFields(budget, json, path, mistakes)?.steps as number | undefined
}

export function checkBudget(points: readonly ArmPoint[], json: Json | undefined, mistakes: Mistake[]): void {
  const without = points.filter((point) => point.json.budget === undefined)
  if (json !== undefined || without.length === 0) return
  mistakes.push({
    path: ["budget"],
    message: `expected { "steps": ... } but got nothing, and the arm ${quoted(without[0]!.key)} has no budget of its own; add it`,
  })
}

/** Two arms of one spec are one trial under two names: nothing could be told from comparing them. */
export function checkTwins(arms: readonly DecodedArm[], mistakes: Mistake[]): void {
  const seen = new Map<string, string>()
  for (const { resolved } of arms) {
    const { name, key, spec, steps } = resolved
    const text = canonical({ spec, steps })
    const other = seen.get(text)
    if (other !== undefined) {
      const message = `${quoted(name)} is the same as ${quoted(other)} in every option; remove it or change it`
      mistakes.push({ path: ["arms", key], message })
    }
    seen.set(text, name)
  }
}
