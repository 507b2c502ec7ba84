import { setImmediate } from "node:timers/promises"
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
  /** Laws that nothing was tried of, because the plug-in does not declare what they need to know. */
  readonly unchecked: number
}

/** Checks every law of every target, one after the other. Takes some seconds for each. */
export async function checkLaws(
  targets: readonly LawTarget[],
  options: LawOptions = {},
): Promise<LawsChecked> {
  const checked: LawsChecked["checked"][number][] = []
  for (const subject of targets.flatMap(subjectsOf)) {
    const laws: LawReport[] = []
    for (const law of subject.laws) {
      // Laws of losses never wait: without a turn of the event loop no signal would get through before the last one.
      await setImmediate()
      laws.push((await tryLaw(law, subject, options)).report)
    }
    checked.push({ kind: subject.kind, name: subject.name, laws })
  }
  const counted = (which: LawReport["status"]) =>
    checked.flatMap(({ laws }) => laws).filter(({ status }) => status === which).length
  return { checked, failed: counted("failed"), unchecked: counted("unchecked") }
}
