import type { Answers, DomainAnswers } from "@saddlepoint/lab/contracts/answers"
import {
  addConfusion,
  type Confusion,
  mergeConfusions,
  noConfusion,
} from "@saddlepoint/metrics/maths/adaptation/confusion"
import { artifactOf } from "../artifact.ts"
import type { Arm } from "../study.ts"

/** What an arm answered on the target's test split. */
export interface ClassAnswers {
  readonly classes: readonly string[]
  /** By training seed; nothing is counted where the target has no labels. */
  readonly target: ReadonlyMap<number, Confusion>
  /** Whether the target has labels. */
  readonly labelled: boolean
}

/** The answers that an arm's completed trials left; null where none left any that can be read. */
export async function classAnswersOf(arm: Arm): Promise<ClassAnswers | null> {
  const target = new Map<number, Confusion>()
  let classes: readonly string[] | undefined
  let labelled = false
  for (const trial of arm.trials) {
    const answers = parsed(await artifactOf(trial, "answers"))
    // Arms of one plan share their classes; a file with others is none of them.
    if (answers === null || (classes !== undefined && answers.classes.join() !== classes.join())) continue
    classes = answers.classes
    const { labels, answers: found } = answers.target
    target.set(trial.seed, addConfusion(noConfusion(classes.length), labels, found))
    labelled ||= labels.some((label) => label >= 0)
  }
  return classes === undefined ? null : { classes, target, labelled }
}

/** Counts by label and answer, of some seeds together; of all where left out. */
export function summed(
  { classes, target }: ClassAnswers,
  seeds: readonly number[] = [...target.keys()],
): Confusion {
  return seeds.reduce(
    (sum, seed) => mergeConfusions(sum, target.get(seed) ?? noConfusion(classes.length)),
    noConfusion(classes.length),
  )
}

/** Share of each class's images that were given it, in [0, 1]; NaN for a class without images. */
export function recalls({ classes, counts }: Confusion): number[] {
  return Array.from({ length: classes }, (_, label) => {
    const row = counts.subarray(label * classes, (label + 1) * classes)
    return row[label]! / row.reduce((sum, count) => sum + count, 0)
  })
}

/** Changes of recalls, by class, in [-1, 1]; NaN for a class without images. */
export interface ClassChanges {
  readonly values: readonly number[]
  /** How many seeds are summed. */
  readonly seeds: number
}

/** Change of each class's recall against another arm, over the seeds that both have; null where they share none. */
export function changes(arm: ClassAnswers, from: ClassAnswers): ClassChanges | null {
  if (arm.classes.join() !== from.classes.join()) return null
  const shared = [...arm.target.keys()].filter((seed) => from.target.has(seed))
  if (shared.length === 0) return null
  const before = recalls(summed(from, shared))
  const after = recalls(summed(arm, shared))
  return { values: after.map((recall, at) => recall - before[at]!), seeds: shared.length }
}

/** The file's content where it is what `Answers` says, else null. */
function parsed(bytes: Buffer | null): Answers | null {
  if (bytes === null) return null
  try {
    const answers = JSON.parse(bytes.toString("utf8")) as Answers
    const fits = ({ labels, answers: found }: DomainAnswers) =>
      labels.length === found.length && found.every((at) => Number.isInteger(at) && at in answers.classes)
    return fits(answers.target) ? answers : null
  } catch {
    return null
  }
}
