import type { AnyLoss } from "../../../contracts/loss.ts"
import type { LawOptions } from "../../law.ts"
import { lawsOf } from "../../lawsOf.ts"
import type { LawReport } from "../../report.ts"

/** What came of the laws of a loss, of which `steady`, whose runs have thirty calls each, is tried six times: for tests of seconds. */
export async function reportsOf(loss: AnyLoss, options: LawOptions): Promise<LawReport[]> {
  const reports: LawReport[] = []
  for (const law of lawsOf(loss)) {
    reports.push(await law.run(law.law === "steady" ? { ...options, runs: 6 } : options))
  }
  return reports
}

export async function failuresOf(loss: AnyLoss, options: LawOptions): Promise<LawReport[]> {
  return (await reportsOf(loss, options)).filter(({ status }) => status === "failed")
}
