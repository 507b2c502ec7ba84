import type { TestCounts } from "./results.ts"

/** How the types and the tests of one workspace ended; undefined what was not asked for. */
export interface WorkspaceOutcome {
  readonly name: string
  /** Exit code; types are not checked where those that they build on are wrong. */
  readonly typecheck?: number | "not checked"
  /** Exit code. */
  readonly test?: number
  /** Undefined where the tests left no results. */
  readonly counts?: TestCounts
}

/** What is wrong with a workspace, in a few words each. Types that were not checked are at fault elsewhere. */
export function faultsOf({ typecheck = 0, test = 0, counts }: WorkspaceOutcome): readonly string[] {
  return [
    ...(typecheck === 0 || typecheck === "not checked" ? [] : ["its types are wrong"]),
    ...(test === 0 && (counts?.failed ?? 0) === 0 ? [] : [testFault(test, counts)]),
  ]
}

function testFault(test: number, counts: TestCounts | undefined): string {
  if (counts === undefined) return "its tests left no results"
  return counts.failed > 0 ? `${counts.failed} failed` : `its tests ended with code ${test}`
}

/** One line for each workspace, their sum, the typecheck, and who failed. */
export function summaryOf(outcomes: readonly WorkspaceOutcome[]): string {
  const tested = outcomes.filter(({ test }) => test !== undefined)
  const sum = (of: keyof TestCounts) => tested.reduce((total, { counts }) => total + (counts?.[of] ?? 0), 0)
  const cells = ({ passed, failed, skipped }: TestCounts) => [passed, failed, skipped].map(String)
  const rows = [
    ["tests", "passed", "failed", "skipped"],
    ...tested.map(({ name, counts }) => [name, ...(counts === undefined ? ["-", "-", "-"] : cells(counts))]),
    ["all", ...cells({ passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") })],
  ]
  const typed = outcomes.filter(({ typecheck }) => typecheck !== undefined)
  const failed = outcomes.flatMap((outcome) => {
    const faults = faultsOf(outcome)
    return faults.length === 0 ? [] : [`${outcome.name} (${faults.join("; ")})`]
  })
  return [
    ...(tested.length === 0 ? [] : [aligned(rows)]),
    ...(typed.length === 0 ? [] : [`types: ${typesOf(typed)}`]),
    failed.length === 0 ? "Nothing failed." : `Failed: ${failed.join(", ")}. What they wrote stands above.`,
  ].join("\n")
}

function typesOf(typed: readonly WorkspaceOutcome[]): string {
  const [right, unchecked, wrong]: [string[], string[], string[]] = [[], [], []]
  for (const { name, typecheck } of typed) {
    const group = typecheck === 0 ? right : typecheck === "not checked" ? unchecked : wrong
    group.push(name)
  }
  const parts = [
    ...(wrong.length === 0 ? [] : [`wrong in ${wrong.join(", ")}`]),
    ...(unchecked.length === 0 ? [] : [`not checked in ${unchecked.join(", ")}`]),
  ]
  return parts.length === 0 ? `right in ${right.join(", ")}` : parts.join("; ")
}

/** Names to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]! + 2))).join(""),
    )
    .join("\n")
}
