import { answeringOf } from "../answer/answerings.ts"
import { controls as controlPlugins } from "../answer/controls.ts"
import type { Dataset, OpenDataset } from "../contracts/dataset.ts"
import type { Json, JsonObject } from "../contracts/json.ts"
import { isGiven } from "../contracts/judge.ts"
import { type Method, selectionName } from "../contracts/method.ts"
import type { MetricOutput } from "../contracts/metric.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import type { Plugin } from "../contracts/plugin.ts"
import { canonical, canonicalObject, contentHash, textHash } from "./canonical.ts"
import type { Experiment } from "./decode/decode.ts"
import type { ResolvedArm } from "./decode/decodeArms.ts"
import { build } from "./decode/resolve.ts"
import type { PluginMap } from "./definition.ts"
import { withDomainNames } from "./domainNames.ts"
import { evaluationsOf, type Judging, judgingOn } from "./evaluations.ts"
import { formerIds } from "./formerIds.ts"
import { planJudges } from "./judgeTrials.ts"
import { idleMargins } from "./margins.ts"
import { noteVersions, type OtherSplit, schemas, withoutPlaces } from "./preimage.ts"
import { openEach, refusalsOnceOpen } from "./refusals.ts"
import type { Plan, PlannedArm, SearchPlan, Trial } from "./trial.ts"
import { warningsOf } from "./warnings.ts"

/** Baselines are played first within a seed, so that a run that is cut short has something to compare with. */
const order: readonly ResolvedArm["role"][] = ["baseline", "bound", "challenger"]

/** Where a plan may look. */
export interface Planning {
  /** A folder where datasets may keep what they decoded; never part of any identity. */
  readonly cache?: string
  /** Told sentences on what can be played and is hardly meant (`warnings.ts`). */
  readonly warn?: (sentences: readonly string[]) => void
}

/** A dataset that arms of the experiment use. */
interface UsedDataset {
  readonly spec: JsonObject
  readonly dataset: Dataset
  readonly digest: string
  /** Sets names of controls and judges apart; empty where the experiment has one dataset. */
  readonly suffix: string
  readonly judges: readonly Trial[]
  readonly judging: readonly Judging[]
  readonly domains: PlannedArm["domains"]
  /** Of the kinds of answer that arms give on it. */
  readonly controls: readonly Plugin[]
  /** How many samples the arms on it give, where all declare the same number; empty otherwise. */
  readonly sampled: { readonly samples?: number }
}

/**
 * Everything that is to be played, each trial identified by the content that decides its numbers: judges, then
 * controls, then the arms seed by seed with baselines first. Looks at datasets, but plays and writes nothing.
 * @throws InvalidDefinition when a dataset is missing, or does not fit the method that is to learn from it
 */
export async function planTrials(experiment: Experiment, planning: Planning = {}): Promise<Plan> {
  return planOf(experiment, planning)
}

/** The trials of one rung of a search: judged on the validation split, and without controls. */
export async function planRung(experiment: Experiment, planning: Planning = {}): Promise<SearchPlan> {
  const { tuning: _, ...plan } = await planOf(experiment, planning, "validation")
  return { ...plan, phase: "search", comparisons: [], controls: [] }
}

async function planOf(experiment: Experiment, planning: Planning, split?: OtherSplit): Promise<Plan> {
  const { arms, seeds } = experiment
  const plugins = withControls(experiment.plugins)
  const datasets = await openDatasets(experiment, planning, split)
  const shared = { plugins, ...(split === undefined ? {} : { split }) }

  const used = [...datasets.values()]
  // Controls answer with images of known quality.
  const controls = used.flatMap((dataset) =>
    dataset.controls.flatMap(({ name }) =>
      makeTrials(
        { kind: "control", arm: `control/${name}${dataset.suffix}`, role: "control", steps: 0 },
        { use: name, data: dataset.spec, ...dataset.sampled },
        dataset,
        [0],
        shared,
      ),
    ),
  )
  const ordered = order.flatMap((role) => arms.filter((arm) => arm.role === role))
  const byArm = ordered.map(({ name, role, spec, steps }) =>
    makeTrials(
      { kind: "arm", arm: name, role, steps },
      spec,
      datasets.get(keyOf(spec.data!))!,
      seeds,
      shared,
    ),
  )
  return {
    experiment: experiment.name,
    question: experiment.question,
    ...(experiment.profile === undefined ? {} : { profile: experiment.profile }),
    ...(experiment.tuning === undefined ? {} : { tuning: experiment.tuning }),
    definition: experiment.definition,
    hash: experiment.hash,
    seeds,
    arms: withDomainNames(
      ordered.map((arm) => plannedArm(arm, datasets.get(keyOf(arm.spec.data!))!)),
      plugins,
    ),
    judges: used.flatMap((dataset) => dataset.judges),
    controls,
    trials: seeds.flatMap((_, index) => byArm.map((trials) => trials[index]!)),
    comparisons: experiment.comparisons,
    outputs: outputsOf(experiment),
  }
}

function plannedArm(arm: ResolvedArm, { domains }: UsedDataset): PlannedArm {
  const { name, key, role, points } = arm
  const method = arm.build()
  return {
    name,
    key,
    role,
    points,
    answers: method.answers,
    ...(method.answers === "classes" ? { selection: selectionName(method.selection ?? "last") } : {}),
    ...(domains === undefined ? {} : { domains }),
  }
}

/** The domains of a dataset that has two, with what their examples are. */
async function domainsOf(spec: JsonObject, { domains }: Dataset): Promise<PlannedArm["domains"]> {
  if (domains === undefined) return undefined
  const planned = async (part: "source" | "target") => ({
    spec: spec[part] as JsonObject,
    digest: await domains[part].digest(),
  })
  return { source: await planned("source"), target: await planned("target") }
}

function outputsOf({ metrics }: Experiment): readonly MetricOutput[] {
  const outputs = metrics.flatMap((metric) => metric.build().outputs)
  return [...new Map(outputs.map((output) => [output.name, output])).values()]
}

const keys = new WeakMap<object, string>()

/** Canonical text of a dataset's spec; arms share the specs. */
function keyOf(data: Json): string {
  const known = keys.get(data as JsonObject)
  if (known !== undefined) return known
  const key = canonical(data)
  keys.set(data as JsonObject, key)
  return key
}

/** The plug-ins of an experiment and the controls that every plan has: all that building its trials needs. */
export function withControls(plugins: PluginMap): PluginMap {
  const own = controlPlugins.map((plugin) => [`${plugin.kind}/${plugin.name}`, plugin] as const)
  return new Map([...plugins, ...own])
}

async function openDatasets(
  experiment: Experiment,
  { cache, warn }: Planning,
  split: OtherSplit | undefined,
): Promise<ReadonlyMap<string, UsedDataset>> {
  const firstArms = new Map<string, ResolvedArm>()
  const methods = new Map<string, Method[]>()
  const mistakes: Mistake[] = []
  for (const arm of experiment.arms) {
    const key = keyOf(arm.spec.data!)
    if (!firstArms.has(key)) firstArms.set(key, arm)
    const method = arm.build()
    methods.set(key, [...(methods.get(key) ?? []), method])
    for (const network of method.needs ?? []) {
      for (const message of await network.missing()) mistakes.push({ path: arm.written(["losses"]), message })
    }
  }
  const stop = () => {
    if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  }
  const datasets = new Map<string, Dataset>()
  mistakes.push(...idleMargins(experiment))
  for (const [key, arm] of firstArms) {
    const dataset = build("dataset", arm.spec.data as JsonObject, experiment.plugins)
    datasets.set(key, dataset)
    for (const message of await dataset.missing(cache))
      mistakes.push({ path: arm.written(["data"]), message })
  }
  for (const [index, metric] of experiment.metrics.entries()) {
    for (const judge of Object.values(metric.build().judges)) {
      if (!isGiven(judge)) continue
      for (const message of await judge.missing()) mistakes.push({ path: ["metrics", index], message })
    }
  }
  stop()
  const opened = await openEach(datasets, cache)
  mistakes.push(...refusalsOnceOpen(experiment, (arm) => opened.get(keyOf(arm.spec.data!))!))
  stop()
  warn?.(warningsOf(experiment, (arm) => opened.get(keyOf(arm.spec.data!)) as OpenDataset))

  const used = new Map<string, UsedDataset>()
  for (const [key, dataset] of datasets) {
    const digest = await dataset.digest()
    const spec = firstArms.get(key)!.spec.data as JsonObject
    const identity = withoutPlaces(spec, experiment.plugins)
    const suffix = datasets.size === 1 ? "" : `@${contentHash({ spec: identity, digest }).slice(0, 8)}`
    const data = { data: spec, digest, split }
    used.set(key, {
      spec,
      dataset,
      digest,
      suffix,
      judges: planJudges(experiment, data, suffix),
      judging: judgingOn(experiment, data),
      domains: await domainsOf(spec, dataset),
      controls: controlsOf(methods.get(key)!),
      sampled: sampledBy(methods.get(key)!),
    })
  }
  return used
}

/** The controls of the kinds of answer that some methods give, each once. */
function controlsOf(methods: readonly Method[]): readonly Plugin[] {
  return [...new Set(methods.flatMap(({ answers }) => answeringOf(answers).controls as readonly Plugin[]))]
}

function sampledBy(methods: readonly Method[]): UsedDataset["sampled"] {
  const counts = methods.map((method) => ("samples" in method ? method.samples : undefined))
  const [samples] = counts
  return samples !== undefined && counts.every((count) => count === samples) ? { samples } : {}
}

interface Shared {
  readonly plugins: PluginMap
  readonly split?: OtherSplit
}

/** The trials of one arm, one for each seed. All but the seed is put into canonical form once. */
function makeTrials(
  about: Pick<Trial, "kind" | "arm" | "role" | "steps">,
  spec: JsonObject,
  { spec: source, digest, judges, judging }: UsedDataset,
  seeds: readonly number[],
  { plugins, split }: Shared,
): Trial[] {
  const versions: Record<string, number> = {}
  noteVersions("method", spec, plugins, versions)
  const needs = judges.map((judge) => judge.id).sort()
  const common = {
    schema: schemas.trial,
    kind: about.kind,
    spec: { ...spec, data: withoutPlaces(source, plugins) },
    steps: about.steps,
    plugins: versions,
    data: digest,
    ...(split === undefined ? {} : { split }),
  }
  const texts = Object.fromEntries(
    Object.entries(common).map(([key, value]) => [key, canonical(value as Json)]),
  )
  const formerId = formerIds({ texts, versions, needs, judging })
  return seeds.map((seed) => {
    const id = textHash(canonicalObject({ ...texts, seed: canonical(seed) })).slice(0, 16)
    const evaluations = evaluationsOf(id, judging)
    return {
      id,
      ...about,
      seed,
      preimage: { ...common, seed },
      source,
      needs,
      evaluations,
      formerId: formerId(seed),
    }
  })
}
