import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import type { Arm } from "../findings/study.ts"

/** What kept the arms' methods from what they must not know, in the very trials that the page shows; nothing where there is none. */
export function enforcementRules(arms: readonly Arm[]): string[] {
  const played = arms.flatMap(({ trials }) => trials).filter(({ result }) => result !== undefined)
  if (played.length === 0) return []
  const confined = played.filter(isConfined)
  const classes = arms.some(({ answers }) => answers === "classes")
  if (confined.length === 0) {
    return [
      "Nothing but these rules kept methods from labels and test splits: trials were played with --unconfined, or by an earlier version.",
    ]
  }
  const all = confined.length === played.length
  return [
    `While methods learnt and answered, they were kept from datasets and the folders of their files, the run store, all files beyond their own project, the network, and other processes: ${
      all
        ? `in each of the ${played.length} trials`
        : `in ${confined.length} of ${played.length} trials; the others were played with --unconfined, or by an earlier version`
    }. Native code, what is imported as a module, and code that takes Node or the framework apart are not kept from anything.`,
    classes
      ? "Test images were answered in a drawn order, without anything beside them, and some of them twice: a trial whose answers differ is refused."
      : "Test examples were answered in a drawn order; a method was shown the fields that it requires, and no target.",
  ]
}

const isConfined = ({ confinement }: TrialFinding): boolean =>
  confinement !== undefined && Object.values(confinement).every((state) => state === "closed")
