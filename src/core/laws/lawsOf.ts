import type { LawOptions } from "./law.ts"
import { type LawReport, type Outcome, tryLaw } from "./report.ts"
import { type LawTarget, subjectsOf } from "./subject.ts"

/** One law of one plug-in, ready for a test. */
export interface LawCase {
  /** Name of the plug-in and the law, for a test's title: `myLoss: gradient`. */
  readonly title: string
  readonly law: string
  readonly statement: string
  run(options?: LawOptions): Promise<LawReport>
  /** Rejects, with all that is known of the failure, unless the law holds, does not apply or is declined. */
  verify(options?: LawOptions): Promise<void>
}

/**
 * The laws of a loss or a strategy, for users' own tests:
 * `for (const law of lawsOf(myLoss())) test(law.title, () => law.verify())`.
 */
export function lawsOf(target: LawTarget): readonly LawCase[] {
  return subjectsOf(target).flatMap((subject) =>
    subject.laws.map((law) => ({
      title: `${subject.name}: ${law.name}`,
      law: law.name,
      statement: law.statement,
      run: async (options: LawOptions = {}) => (await tryLaw(law, subject, options)).report,
      async verify(options: LawOptions = {}) {
        const outcome = await tryLaw(law, subject, options)
        if (outcome.report.status === "failed") {
          throw new Error(failure(subject.name, law.statement, outcome))
        }
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
