import type { CheckedLaw, LawOptions } from "./law.ts"
import { type LawReport, type Outcome, tryLaw } from "./report.ts"
import { type LawTarget, type Subject, subjectsOf } from "./subject.ts"

/** One law of one plug-in, ready for a test. */
export interface LawCase {
  /**
   * Name of the plug-in and the law, for a test's title: `myLoss: gradient`. Of a law that lacks a fact of a loss it says so, since
   * `verify` of such a law tries nothing: `myLoss: margin (unchecked: declare ...)`.
   */
  readonly title: string
  readonly law: string
  readonly statement: string
  run(options?: LawOptions): Promise<LawReport>
  /** Rejects, with all that is known of the failure, where the law fails. */
  verify(options?: LawOptions): Promise<void>
}

/**
 * The laws of a loss or a strategy, for users' own tests:
 * `for (const law of lawsOf(myLoss())) test(law.title, () => law.verify())`.
 */
export function lawsOf(target: LawTarget): readonly LawCase[] {
  return subjectsOf(target).flatMap((subject) =>
    subject.laws.map((law) => ({
      title: `${subject.name}: ${law.name}${uncheckedOf(subject, law)}`,
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

/** What a law lacks, where that is known at once: of strategies it takes a game to know. */
function uncheckedOf({ kind }: Subject, law: CheckedLaw<void>): string {
  if (kind === "strategy" || law.declined !== undefined) return ""
  const applies = law.applies(undefined, {})
  return typeof applies === "object" && "undeclared" in applies ? ` (unchecked: ${applies.undeclared})` : ""
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
