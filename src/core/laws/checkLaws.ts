import type { LawOptions } from "./law.ts"
import { type LawReport, tryLaw } from "./report.ts"
import { type LawTarget, type Subject, subjectsOf } from "./subject.ts"

/** What came of every law on every plug-in: what `saddlepoint laws --json` prints. */
export interface LawsChecked {
  readonly checked: readonly {
    readonly kind: Subject["kind"]
    readonly name: string
    readonly laws: readonly LawReport[]
  }[]
  /** Laws that failed, over all plug-ins. */
  readonly failed: number
}

/** Checks every law of every target, one after the other. Takes a fraction of a second per loss, some seconds per strategy. */
export async function checkLaws(
  targets: readonly LawTarget[],
  options: LawOptions = {},
): Promise<LawsChecked> {
  const checked: LawsChecked["checked"][number][] = []
  for (const subject of targets.flatMap(subjectsOf)) {
    const laws: LawReport[] = []
    for (const law of subject.laws) laws.push((await tryLaw(law, subject, options)).report)
    checked.push({ kind: subject.kind, name: subject.name, laws })
  }
  const failed = checked.flatMap(({ laws }) => laws).filter(({ status }) => status === "failed").length
  return { checked, failed }
}
