import type { Dataset, OpenDataset } from "../contracts/dataset.ts"
import { isGiven } from "../contracts/judge.ts"
import { messageOf } from "../contracts/messageOf.ts"
import { type AnswerKind, judgeable, type Method, refusalsOf } from "../contracts/method.ts"
import type { Judged, Metric } from "../contracts/metric.ts"
import type { Mistake } from "../contracts/mistake.ts"
import type { Experiment } from "./decode/decode.ts"
import type { ResolvedArm } from "./decode/decodeArms.ts"
import { listed } from "./suggestion.ts"

/**
 * Opens datasets, by key. Those that do not fit together say so when they are opened; what the system refuses (a full disk) is no mistake
 * of the definition.
 */
export async function openEach(
  datasets: ReadonlyMap<string, Dataset>,
  cache: string | undefined,
): Promise<ReadonlyMap<string, OpenDataset | string>> {
  const opened = new Map<string, OpenDataset | string>()
  for (const [key, dataset] of datasets) {
    try {
      opened.set(key, await dataset.open(cache))
    } catch (error) {
      if (error instanceof Error && "code" in error) throw error
      opened.set(key, messageOf(error))
    }
  }
  return opened
}

/**
 * What only shows once datasets are open: images that are too small for a network or a window, too few of them for a metric, none for a judge to
 * learn from. Each is told once, with the points of the axes that it concerns.
 * @param datasetOf the dataset of an arm, or why it cannot be opened
 */
export function refusalsOnceOpen(
  { arms, metrics }: Pick<Experiment, "arms" | "metrics">,
  datasetOf: (arm: ResolvedArm) => OpenDataset | string,
): readonly Mistake[] {
  const built = metrics.map((metric) => metric.build())
  const found = new Map<string, { path: Mistake["path"]; message: string; points: string[] }>()
  // Whatever the arms on a dataset are, a metric says the same of it.
  const asking = new Map<OpenDataset, Set<string>>()
  const note = (key: string, path: Mistake["path"], message: string, { name, key: arm }: ResolvedArm) => {
    const mistake = found.get(key) ?? { path, message, points: [] }
    if (name !== arm) mistake.points.push(name)
    found.set(key, mistake)
  }
  for (const arm of arms) {
    const [method, dataset] = [arm.build(), datasetOf(arm)]
    if (typeof dataset === "string") {
      note(`${arm.key} ${dataset}`, arm.written(["data"]), dataset, arm)
      continue
    }
    for (const message of attempted(() => refusalsOf(method, dataset))) {
      note(`${arm.key} ${message}`, arm.written([]), message, arm)
    }
    const answers = answersOf(method, dataset)
    const asked = asking.get(dataset) ?? new Set<string>()
    asking.set(dataset, asked)
    for (const [index, metric] of built.entries()) {
      const question = `${index} ${method.answers} ${answers}`
      if (asked.has(question)) continue
      asked.add(question)
      for (const message of refusalsOfMetric(metric, method.answers, dataset, answers)) {
        note(`${index} ${message}`, ["metrics", index], message, { ...arm, name: arm.key })
      }
    }
  }
  return [...found.values()].map(({ path, message, points }) => ({
    path,
    message: points.length === 0 ? message : `${message} (${listed(points)})`,
  }))
}

/** Why a metric cannot judge an arm, or one of its judges not learn from the dataset. */
function refusalsOfMetric(
  metric: Metric,
  kind: AnswerKind,
  dataset: OpenDataset,
  answers: number,
): readonly string[] {
  const known: readonly Judged[] = judgeable[kind]
  if (!known.includes(metric.judged)) return []
  const judges = Object.values(metric.judges).flatMap((judge) =>
    isGiven(judge) ? [] : attempted(() => judge.stages(dataset).flatMap(() => [])),
  )
  // What a judge cannot learn, its metric need not say again.
  if (judges.length > 0) return judges
  return attempted(() => metric.refuses?.(dataset, answers) ?? [])
}

function answersOf(method: Method, { splits }: OpenDataset): number {
  if (method.answers === "picture") return 1
  const samples = method.answers === "samples" || method.answers === "points"
  return samples ? (method.samples ?? splits.test.size) : splits.test.size
}

/** What a function refuses; where it throws, that. */
function attempted(look: () => readonly string[]): readonly string[] {
  try {
    return look()
  } catch (error) {
    return [messageOf(error)]
  }
}
