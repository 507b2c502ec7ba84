import type { Dataset, Domains } from "../../contracts/dataset.ts"
import type { RecordedTensor } from "../format/trajectory.ts"
import { fieldOf, unreadSplit } from "./playGame.ts"

/** Two domains that say what their fields are; their examples are fed by whoever plays. */
export function unreadDomains(source: RecordedTensor, target: RecordedTensor, classes: number): Domains {
  const label = { shape: [], dtype: "int32", classes, range: [0, classes] } as const
  const ofSource = unreadSplit({ image: fieldOf(source), label })
  const ofTarget = unreadSplit({ image: fieldOf(target) })
  return {
    source: { train: ofSource, validation: ofSource },
    target: { train: ofTarget, validation: ofTarget },
    classes: Array.from({ length: classes }, (_, index) => `class ${index}`),
  }
}

/** What a method is given in the place of a dataset where it only plays. */
export const noDataset = undefined as unknown as Dataset
