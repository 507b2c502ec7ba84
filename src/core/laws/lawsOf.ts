import { lawsFor } from "./lossLaws.ts"
import { type LawOptions, type LawReport, type Outcome, tryLaw } from "./report.ts"
import { type LossTarget, lossesOf } from "./targets.ts"

/** One law of one loss, ready for a test. */
export interface LawCase {
  /** Name of the loss and the law, for a test's title: `myLoss: gradient`. */
  readonly title: string
  readonly law: string
  readonly statement: string
  run(options?: LawOptions): LawReport
  /** Throws, with all that is known of the failure, unless the law holds or does not apply. */
  verify(options?: LawOptions): void
}

/**
 * The laws of a loss, for users' own tests:
 * `for (const law of lawsOf(myLoss())) test(law.title, () => law.verify())`.
 */
export function lawsOf(target: LossTarget): readonly LawCase[] {
  return lossesOf(target).flatMap(({ name, loss }) =>
    lawsFor(loss).map((law) => ({
      title: `${name}: ${law.name}`,
      law: law.name,
      statement: law.statement,
      run: (options: LawOptions = {}) => tryLaw(law, loss, options).report,
      verify(options: LawOptions = {}) {
        const outcome = tryLaw(law, loss, options)
        if (outcome.report.status === "failed") throw new Error(failure(name, law.statement, outcome))
      },
    })),
  )
}

function failure(name: string, statement: string, { report, path }: Outcome): string {
  return [
    `${name} breaks the law ${report.law}: ${statement}`,
    `  counterexample ${JSON.stringify(report.counterexample)}`,
    `  expected ${report.expected}`,
    `  but got  ${report.got}`,
    `  seed ${report.seed}, path ${path}`,
  ].join("\n")
}
