import { groupsOf, type Study, valuesOf } from "../study.ts"
import { type AdaptingArm, adaptingArms } from "./adaptingArms.ts"
import { type ClassAnswers, classAnswersOf } from "./classAnswers.ts"
import { type Embedding, embeddingOf } from "./embedding.ts"
import { type Gap, gapOf, targetAccuracy } from "./gap.ts"

/** An arm that adapts, with what it left. */
export interface Adapted extends AdaptingArm {
  readonly gap: Gap
  readonly answers: ClassAnswers | null
  readonly embedding: Embedding | null
}

/** Arms that may stand in one column: judged on one target, all chosen by an oracle or none. */
export interface AdaptedGroup {
  readonly oracle: boolean
  readonly arms: readonly Adapted[]
}

/** What a study has to say on domain adaptation. */
export interface Adaptation {
  readonly groups: readonly AdaptedGroup[]
  /** Whether accuracy on the target is a metric of the plan. */
  readonly accuracy: boolean
  /** Whether any trial of theirs was judged. */
  readonly judged: boolean
}

/** Reads what the arms that adapt have left; null where none adapts. */
export async function adaptationOf(study: Study): Promise<Adaptation | null> {
  const arms = await Promise.all(
    adaptingArms(study).map(async (adapting) => ({
      ...adapting,
      gap: gapOf(adapting),
      answers: await classAnswersOf(adapting.arm),
      embedding: await embeddingOf(adapting.arm),
    })),
  )
  if (arms.length === 0) return null
  const groups = groupsOf(arms, ({ targetKey, arm }) => JSON.stringify([arm.oracle, targetKey]))
    .map((group) => ({ oracle: group[0]!.arm.oracle, arms: group }))
    .toSorted((a, b) => Number(a.oracle) - Number(b.oracle))
  return {
    groups,
    accuracy: study.outputs.some(({ name }) => name === targetAccuracy),
    judged: arms.some(({ arm }) => study.outputs.some(({ name }) => valuesOf(arm, name).length > 0)),
  }
}

/** All arms that adapt, those that an oracle chose last. */
export function adaptedArms(adaptation: Adaptation): readonly Adapted[] {
  return adaptation.groups.flatMap(({ arms }) => arms)
}

/** A group's target, and whether an oracle chose its arms. */
export function groupTitle({ oracle, arms }: AdaptedGroup): string {
  const { target } = arms[0]!
  return `${target === "" ? "Target" : `Target ${target}`}${oracle ? ", chosen by an oracle" : ""}`
}
