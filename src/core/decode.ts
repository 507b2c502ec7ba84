import { Schema } from "effect"
import { canonical, contentHash } from "./canonical.ts"
import { decodeComparisons } from "./compare.ts"
import { type Decoding, decodePlugin } from "./decodePlugin.ts"
import { type PluginMap, pluginMap, shown } from "./definition.ts"
import { expand, type Point } from "./expand.ts"
import type { Json, JsonObject } from "./json.ts"
import type { Method } from "./method.ts"
import type { Metric } from "./metric.ts"
import { InvalidDefinition, type Mistake } from "./mistake.ts"
import { applyOverrides } from "./override.ts"
import type { Kind } from "./plugin.ts"
import { applyProfile, isObject } from "./profile.ts"
import { type Built, build, visitPlugins } from "./resolve.ts"
import { decodeFields } from "./schemaMistakes.ts"
import type { Comparison, Role } from "./trial.ts"

type Path = Mistake["path"]

/** One arm of the experiment, without axes and with every default filled in. */
export interface ResolvedArm {
  /** Name, e.g. `gan/discriminator.receptiveField=16`. */
  readonly name: string
  /** Key under `arms`, e.g. `gan`. */
  readonly key: string
  readonly role: Exclude<Role, "control">
  /** The method with all its parts; role and budget are not part of it. */
  readonly spec: JsonObject
  /** Training steps over all stages. */
  readonly steps: number
  build(): Method
  /** Where a path within the method lies in the definition, for mistakes that are found later. */
  written(path: Path): Path
}

export interface ResolvedMetric {
  readonly spec: JsonObject
  build(): Metric
}

/** A definition that was checked and can be played. */
export interface Experiment {
  readonly name: string
  readonly question: string
  readonly profile?: string
  readonly arms: readonly ResolvedArm[]
  /** Training seeds. */
  readonly seeds: readonly number[]
  readonly metrics: readonly ResolvedMetric[]
  readonly comparisons: readonly Comparison[]
  /** All plug-ins by `kind/name`. */
  readonly plugins: PluginMap
  /** SHA-256 of the canonical JSON of the resolved definition; the order of keys, arms and metrics does not matter. */
  readonly hash: string
}

/** How a definition is to be read. */
export interface Reading {
  /** Name of the profile to merge in. */
  readonly profile?: string
  /** `PATH=VALUE`, applied in their order after the profile. */
  readonly overrides?: readonly string[]
}

/** Names that trials beside the arms go by. */
const reserved = ["control", "judge"]

const roles = ["baseline", "challenger", "bound"] as const

const aboveZero = Schema.Int.check(Schema.isGreaterThan(0))
const budget = { steps: aboveZero }
const definition = {
  name: Schema.String.check(
    Schema.isPattern(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
      message: 'expected a name in kebab case such as "patchgan-receptive-field"',
    }),
  ),
  question: Schema.NonEmptyString,
}
const armFields = { role: Schema.Literals(roles) }

/**
 * Reads a definition: profile, overrides, axes, then every arm with its defaults and checks.
 * @param given the JSON form; profiles are RFC 7396 merge patches
 * @param plugins every plug-in that the definition may name
 * @throws InvalidDefinition with every mistake that was found
 */
export function decodeDefinition(given: Json, plugins: PluginMap, reading: Reading = {}): Experiment {
  const mistakes: Mistake[] = []
  if (!isObject(given)) {
    throw new InvalidDefinition([{ path: [], message: `expected an experiment but got ${shown(given)}` }])
  }
  const decoding: Decoding = { plugins: pluginMap(plugins.values()), mistakes, decoded: new WeakMap() }
  checkProfiles(given.profiles, mistakes)
  const merged = applyProfile(given, reading.profile, mistakes)
  const json = applyOverrides(merged, reading.overrides ?? [], decoding.plugins, mistakes)

  const others = ["arms", "metrics", "compare", "seeds", "budget", "profiles"]
  const head = decodeFields(definition, json, [], mistakes, others)
  const seeds = decodeSeeds(json.seeds, mistakes)
  const steps = decodeSteps(json.budget, ["budget"], mistakes)
  const { points, keys } = expandArms(json.arms, mistakes)
  const arms = points.flatMap((point) => decodeArm(point, steps, decoding) ?? [])
  const metrics = decodeMetrics(json.metrics, decoding)
  const outputs = metrics?.flatMap((metric) => metric.built.outputs.map(({ name }) => name))
  const comparisons = decodeComparisons(json.compare, points, keys, outputs, mistakes)
  checkBudget(points, json.budget, mistakes)
  checkLabels(arms, metrics ?? [], mistakes)
  checkTwins(arms, mistakes)
  if (mistakes.length > 0) throw new InvalidDefinition(distinct(mistakes))

  const { name, question } = head as { readonly name: string; readonly question: string }
  const experiment = {
    name,
    question,
    ...(reading.profile === undefined ? {} : { profile: reading.profile }),
    arms: arms.map((arm) => arm.resolved),
    seeds: seeds!,
    metrics: metrics!.map(({ spec, build }) => ({ spec, build })),
    comparisons,
    plugins: decoding.plugins,
  }
  return { ...experiment, hash: hashOf(experiment) }
}

/** An arm as it stands after expansion; `role` as written, which may be wrong. */
interface ArmPoint extends Point {
  readonly key: string
  readonly name: string
  readonly role: Role
}

interface DecodedArm {
  readonly resolved: ResolvedArm
  readonly method: Method
}

function expandArms(json: Json | undefined, mistakes: Mistake[]): { points: ArmPoint[]; keys: string[] } {
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
      const message = `expected a name of letters, digits, "-" and "_" that starts with a letter but got "${key}"`
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
        const message = `two points of the axes have the name "${name}"; give the values labels, or remove one`
        mistakes.push({ path, message })
      } else points.push({ ...point, key, name, role: point.json.role as Role })
      names.add(name)
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

function decodeArm(point: ArmPoint, steps: number | undefined, decoding: Decoding): DecodedArm | undefined {
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
  if (data.contract !== requires) {
    const dataset = isObject(spec.data) ? `"${spec.data.use}"` : "its dataset"
    const message = `"${spec.use}" needs ${requires} data but ${dataset} gives ${data.contract} data; choose another dataset`
    mistakes.push({ path: ["data"], message })
  }
}

function tryBuild<K extends Kind>(
  kind: K,
  spec: JsonObject,
  path: Path,
  decoding: Decoding,
): Built[K] | undefined {
  try {
    return build(kind, spec, decoding.plugins)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    decoding.mistakes.push({ path, message: `the ${kind} "${spec.use}" cannot be built: ${why}` })
    return undefined
  }
}

function decodeMetrics(
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

function decodeSeeds(json: Json | undefined, mistakes: Mistake[]): number[] | undefined {
  const wrong = (path: Path, message: string) => {
    mistakes.push({ path, message })
    return undefined
  }
  if (typeof json === "number") {
    if (!Number.isInteger(json) || json < 1 || json > 10_000) {
      return wrong(["seeds"], `expected a number of seeds from 1 to 10000 but got ${shown(json)}`)
    }
    return Array.from({ length: json }, (_, index) => index + 1)
  }
  if (!Array.isArray(json) || json.length === 0) {
    return wrong(["seeds"], `expected a number of seeds or a list of seeds but got ${shown(json)}`)
  }
  const before = mistakes.length
  for (const [index, seed] of json.entries()) {
    if (!Number.isSafeInteger(seed) || (seed as number) < 0) {
      wrong(["seeds", index], `expected an integer from 0 but got ${shown(seed)}`)
    } else if (json.indexOf(seed) < index) {
      wrong(["seeds", index], `expected every seed once but got ${seed} again; remove it`)
    }
  }
  return mistakes.length === before ? (json as number[]) : undefined
}

function decodeSteps(json: Json | undefined, path: Path, mistakes: Mistake[]): number | undefined {
  if (json === undefined) return undefined
  if (!isObject(json)) {
    mistakes.push({ path, message: `expected { "steps": ... } but got ${shown(json)}` })
    return undefined
  }
  return decodeFields(budget, json, path, mistakes)?.steps as number | undefined
}

function checkBudget(points: readonly ArmPoint[], json: Json | undefined, mistakes: Mistake[]): void {
  const without = points.filter((point) => point.json.budget === undefined)
  if (json !== undefined || without.length === 0) return
  mistakes.push({
    path: ["budget"],
    message: `expected { "steps": ... } but got nothing, and the arm "${without[0]!.key}" has no budget of its own; add it`,
  })
}

function checkProfiles(json: Json | undefined, mistakes: Mistake[]): void {
  if (json === undefined) return
  if (!isObject(json)) {
    mistakes.push({ path: ["profiles"], message: `expected { NAME: changes } but got ${shown(json)}` })
    return
  }
  for (const [name, patch] of Object.entries(json)) {
    const path = ["profiles", name]
    if (!isObject(patch)) {
      mistakes.push({
        path,
        message: `expected the changes of a profile, such as { "seeds": 2 }, but got ${shown(patch)}`,
      })
    } else if (Object.hasOwn(patch, "profiles")) {
      mistakes.push({
        path: [...path, "profiles"],
        message: "expected no profiles within a profile; remove them",
      })
    }
  }
}

function checkLabels(
  arms: readonly DecodedArm[],
  metrics: readonly { readonly spec: JsonObject; readonly built: Metric }[],
  mistakes: Mistake[],
): void {
  const without = arms.find((arm) => !arm.method.data.labels)
  if (without === undefined) return
  for (const [index, { built, spec }] of metrics.entries()) {
    if (!built.needsLabels) continue
    const message = `"${spec.use}" needs labels but the data of the arm "${without.resolved.name}" have none; remove it or choose other data`
    mistakes.push({ path: ["metrics", index], message })
  }
}

/** Two arms of one spec are one trial under two names: nothing could be told from comparing them. */
function checkTwins(arms: readonly DecodedArm[], mistakes: Mistake[]): void {
  const seen = new Map<string, string>()
  for (const { resolved } of arms) {
    const { name, key, spec, steps } = resolved
    const text = canonical({ spec, steps })
    const other = seen.get(text)
    if (other !== undefined) {
      const message = `"${name}" is the same as "${other}" in every option; remove it or change it`
      mistakes.push({ path: ["arms", key], message })
    }
    seen.set(text, name)
  }
}

function hashOf(experiment: Omit<Experiment, "hash">): string {
  const { arms, metrics, comparisons, plugins } = experiment
  const versions: Record<string, number> = {}
  const note = (kind: Kind, spec: JsonObject) =>
    visitPlugins(kind, spec, plugins, (plugin) => {
      versions[`${plugin.kind}/${plugin.name}`] = plugin.version
    })
  for (const arm of arms) note("method", arm.spec)
  for (const metric of metrics) note("metric", metric.spec)
  return contentHash({
    name: experiment.name,
    question: experiment.question,
    arms: Object.fromEntries(arms.map(({ name, role, spec, steps }) => [name, { role, spec, steps }])),
    seeds: experiment.seeds,
    metrics: sorted(metrics.map((metric) => metric.spec)),
    comparisons: sorted(comparisons.map((comparison) => ({ ...comparison }))),
    plugins: versions,
  })
}

/** In the order of their canonical texts. */
export function sorted(items: readonly JsonObject[]): JsonObject[] {
  return items
    .map((item) => ({ item, text: canonical(item) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ item }) => item)
}

function distinct(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Map(mistakes.map((mistake) => [JSON.stringify([mistake.path, mistake.message]), mistake]))
  return [...seen.values()]
}
