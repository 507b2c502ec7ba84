import type { SplitName } from "@saddlepoint/core/contracts/dataset"
import { stream } from "@saddlepoint/engine/random"

/** The parts that a published set comes in. */
export type OfficialPart = "train" | "test"

/** How a published set is split. */
export interface SplitSizes {
  /** Seed of the order in which examples are taken. */
  readonly seed: number
  /** Number of training examples; all that are left where left out. */
  readonly train?: number
  /** Number of examples of the official training part that are held out. */
  readonly validation: number
  /** Number of test examples; all where left out. */
  readonly test?: number
}

/** Which examples of which official part a split holds, in its order. */
export interface PartOfSplit {
  readonly part: OfficialPart
  readonly indices: readonly number[]
}

/**
 * Splits a published set: test comes from the official test part; validation and train come from the official training
 * part and share nothing. Every part is put in one seeded order; validation takes its first examples, train those that
 * follow, so that a smaller number of the same seed is the beginning of a larger one.
 *
 * @param name of the set: its streams are its own
 * @throws one sentence where there are not enough examples
 */
export function officialSplits(
  name: string,
  { seed, train, validation, test }: SplitSizes,
  counts: Readonly<Record<OfficialPart, number>>,
): Readonly<Record<SplitName, PartOfSplit>> {
  const order = (part: OfficialPart) =>
    stream(seed, name, "order", part).shuffle(Array.from({ length: counts[part] }, (_, index) => index))
  const wanted = train ?? 1
  if (validation + wanted > counts.train) {
    throw new Error(
      `Expected at least ${validation + wanted} training examples of ${name} (${wanted} to train on and ${validation} for ` +
        `validation), but there are ${counts.train}; lower \`train\` or \`validation\`.`,
    )
  }
  if ((test ?? 1) > counts.test) {
    throw new Error(
      `Expected at least ${test ?? 1} test examples of ${name}, but there are ${counts.test}; lower \`test\`.`,
    )
  }
  const training = order("train")
  const end = train === undefined ? training.length : validation + train
  return {
    train: { part: "train", indices: training.slice(validation, end) },
    validation: { part: "train", indices: training.slice(0, validation) },
    test: { part: "test", indices: order("test").slice(0, test) },
  }
}
