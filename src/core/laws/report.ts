import fc from "fast-check"
import { Broken, type Case, type CheckedLaw, type LawOptions } from "./law.ts"
import type { Subject } from "./subject.ts"

/** What came of one law on one plug-in; JSON. */
export interface LawReport {
  readonly law: string
  readonly status: "passed" | "failed" | "notApplicable" | "declined" | "unchecked"
  /** Cases that were tried before the law failed, or all of them; 0 where none was. */
  readonly runs: number
  /** Why it does not apply, or is declined; what to declare where it is unchecked. */
  readonly reason?: string
  /** The smallest case that still fails. */
  readonly counterexample?: Case
  readonly expected?: string
  readonly got?: string
  /** Of the failure: the same seed finds it again. */
  readonly seed?: number
}

/** A report with what fast-check needs to go straight to the counterexample. */
export interface Outcome {
  readonly report: LawReport
  readonly path?: string
}

/** Cases that are tried where nobody says how many: a case of a strategy or a method is a training or two. */
const usualRuns = { loss: 100, strategy: 2, dataset: 10, model: 5, metric: 10, method: 2 } as const

/** Tries one law of a subject. */
export async function tryLaw(
  law: CheckedLaw<void>,
  { kind }: Pick<Subject, "kind">,
  options: LawOptions,
): Promise<Outcome> {
  const { runs = usualRuns[kind], seed = 1 } = options
  if (law.declined !== undefined) {
    return { report: { law: law.name, status: "declined", runs: 0, reason: law.declined } }
  }
  const applies = await law.applies(undefined, options)
  if (applies !== true) {
    const [status, reason] =
      typeof applies === "string"
        ? (["notApplicable", applies] as const)
        : (["unchecked", applies.undeclared] as const)
    return { report: { law: law.name, status, runs: 0, reason } }
  }
  const details = await fc.check(law.property(undefined, options), { numRuns: runs, seed })
  if (!details.failed) return { report: { law: law.name, status: "passed", runs: details.numRuns } }
  const { errorInstance: error, counterexample, counterexamplePath } = details
  return {
    report: {
      law: law.name,
      status: "failed",
      runs: details.numRuns,
      ...(counterexample === null ? {} : { counterexample: counterexample[0] }),
      expected: error instanceof Broken ? error.expected : law.statement,
      got:
        error instanceof Broken ? error.got : `an error: ${error instanceof Error ? error.message : error}`,
      seed,
    },
    ...(counterexamplePath === null ? {} : { path: counterexamplePath }),
  }
}
