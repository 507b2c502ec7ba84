import { lawsFor } from "./lossLaws.ts"
import { type LawOptions, type LawReport, tryLaw } from "./report.ts"
import { type LossTarget, lossesOf } from "./targets.ts"

/** What came of every law on every plug-in: what `saddlepoint laws --json` prints. */
export interface LawsChecked {
  readonly checked: readonly {
    readonly kind: "loss"
    readonly name: string
    readonly laws: readonly LawReport[]
  }[]
  /** Laws that failed, over all plug-ins. */
  readonly failed: number
}

/** Checks every law of every target. Takes a fraction of a second per loss on small cases. */
export function checkLaws(targets: readonly LossTarget[], options: LawOptions = {}): LawsChecked {
  const checked = targets.flatMap(lossesOf).map(({ name, loss }) => ({
    kind: "loss" as const,
    name,
    laws: lawsFor(loss).map((law) => tryLaw(law, loss, options).report),
  }))
  const failed = checked.flatMap(({ laws }) => laws).filter(({ status }) => status === "failed").length
  return { checked, failed }
}
