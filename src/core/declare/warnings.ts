import type { OpenDataset } from "../contracts/dataset.ts"
import type { Stage } from "../contracts/game.ts"
import type { JsonObject } from "../contracts/json.ts"
import { type Method, stagesOf } from "../contracts/method.ts"
import { type Mistake, sentence } from "../contracts/mistake.ts"
import type { Kind } from "../contracts/plugin.ts"
import { stepsOf } from "../play/trainer.ts"
import type { Experiment } from "./decode/decode.ts"
import type { ResolvedArm } from "./decode/decodeArms.ts"
import { visitPlugins } from "./decode/resolve.ts"
import type { PluginMap } from "./definition.ts"
import { listed } from "./suggestion.ts"

/** What can be played and is hardly meant: told by a plan and by a run, and refused by neither. */

/** An arm as the rules look at it. */
interface Looked {
  readonly arm: Pick<ResolvedArm, "spec" | "steps">
  readonly method: Method
  readonly dataset: OpenDataset
  /** None where they cannot be told without playing. */
  readonly stages: readonly Stage[]
  readonly plugins: PluginMap
}

/** Paths are relative to the arm. A new rule is a line in `rules`. */
type Rule = (looked: Looked) => readonly Mistake[]

const rules: readonly Rule[] = [largeBatches, absurdRates, endlessSteps, idleStages, weightlessLosses]

/** Sentences on all arms, each told once with the points of the axes that it concerns. */
export function warningsOf(
  { arms, plugins }: Pick<Experiment, "arms" | "plugins">,
  datasetOf: (arm: ResolvedArm) => OpenDataset,
): readonly string[] {
  const found = new Map<string, string[]>()
  for (const arm of arms) {
    const [method, dataset] = [arm.build(), datasetOf(arm)]
    const looked = { arm, method, dataset, stages: knownStages(method, dataset), plugins }
    for (const { path, message } of rules.flatMap((rule) => rule(looked))) {
      const told = sentence({ path: arm.written(path), message })
      const points = found.get(told) ?? []
      if (arm.name !== arm.key) points.push(arm.name)
      found.set(told, points)
    }
  }
  return [...found].map(([told, points]) =>
    points.length === 0 ? `${told}.` : `${told} (${listed(points)}).`,
  )
}

/** A user's method may need an engine to say its stages. */
function knownStages(method: Method, dataset: OpenDataset): readonly Stage[] {
  try {
    return stagesOf(method, dataset)
  } catch {
    return []
  }
}

/** Training examples of the smallest split that a stage may read. */
function trainingSize({ splits, domains }: OpenDataset): number {
  const sizes = [splits.train, domains?.source.train, domains?.target.train].flatMap(
    (split) => split?.size ?? [],
  )
  return Math.min(...sizes)
}

function largeBatches({ stages, dataset }: Looked): readonly Mistake[] {
  const size = trainingSize(dataset)
  const large = stages.filter(({ batch }) => batch > size)
  return large.map(({ name, batch }) => ({
    path: [],
    message: `a batch of ${batch} in the stage ${name} is larger than the ${size} training images, so a step sees some of them twice; take a smaller batch or more data`,
  }))
}

/**
 * Optimisers that divide by the size of the gradient move every weight by about the rate in a step: more than 1 is ten times what
 * weights start as. The others move by the rate times the gradient, and L-BFGS by 1.
 */
const mostOf: Readonly<Record<string, number>> = { adam: 1, adamW: 1, rmsProp: 1, adagrad: 1 }
const mostOfOthers = 10
/** Half the distance between float32 numbers about 0.02, which is what weights start as: less than that moves none. */
const least = 1e-9

function absurdRates(looked: Looked): readonly Mistake[] {
  return partsOf("optimiser", looked).flatMap(({ spec, path }) => {
    const { use, rate } = spec
    if (typeof rate !== "number") return []
    const most = mostOf[use as string] ?? mostOfOthers
    if (rate >= least && rate <= most) return []
    const what = rate > most ? `more than ${most} throws weights about` : `less than ${least} moves no weight`
    return [
      { path: [...path, "rate"], message: `a learning rate of ${rate} with ${use}: ${what}; take another` },
    ]
  })
}

/** At a millisecond each, faster than any step that was measured here, twelve days of one trial. */
const mostSteps = 1e9

function endlessSteps({ arm: { steps } }: Looked): readonly Mistake[] {
  if (steps <= mostSteps) return []
  const days = Math.round(steps / 1000 / 86_400)
  const message = `${steps} steps take one trial ${days} days even at a millisecond each; take fewer`
  return [{ path: ["budget", "steps"], message }]
}

function idleStages({ arm: { steps }, stages }: Looked): readonly Mistake[] {
  const idle = stepsOf(stages, steps).flatMap((share, index) => (share === 0 ? [stages[index]!.name] : []))
  if (idle.length === 0) return []
  const message = `${steps} steps leave none for the stage${idle.length > 1 ? "s" : ""} ${idle.join(", ")}; take more, or other shares`
  return [{ path: [], message }]
}

function weightlessLosses(looked: Looked): readonly Mistake[] {
  const losses = partsOf("loss", looked)
  if (losses.length === 0 || losses.some(({ spec }) => spec.weight !== 0)) return []
  return [
    {
      path: ["losses"],
      message: "every loss has the weight 0, so nobody learns anything; give one a weight",
    },
  ]
}

interface FoundPart {
  readonly spec: JsonObject
  readonly path: Mistake["path"]
}

/** The parts of one kind among an arm's, with their places. */
function partsOf(kind: Kind, { arm, plugins }: Looked): readonly FoundPart[] {
  const found: FoundPart[] = []
  visitPlugins("method", arm.spec, plugins, (plugin, spec, path) => {
    if (plugin.kind === kind) found.push({ spec, path })
  })
  return found
}
