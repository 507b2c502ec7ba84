import { basename, resolve } from "node:path"
import { checkTrajectory, trajectoriesIn } from "@saddlepoint/core/golden/checkTrajectories"
import type { CaseReport } from "@saddlepoint/core/golden/format/verdict"
import { openEngine } from "@saddlepoint/engine/open"
import { checkGolden, type GoldenReport } from "@saddlepoint/metrics/golden/checkGolden"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { attempt, exitCodes } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"

export const golden = Command.make(
  "golden",
  {
    folder: Argument.String("folder").pipe(
      Argument.withDescription(
        "a folder of reference numbers (a JSON file for each topic), or of recorded trainings (a folder with a case.json for each), or one of those",
      ),
    ),
    device: Flag.String("device").pipe(
      Flag.withDescription("where recorded trainings are played"),
      Flag.withDefault("cpu"),
    ),
    json,
  },
  Effect.fn(function* (options) {
    const path = resolve(options.folder)
    const note = (what: string) => {
      if (!options.json) console.error(`Checking ${what}.`)
    }
    const cases = yield* attempt(() => trajectoriesIn(path))
    if (cases.length > 0) {
      const reports = yield* attempt(() => played(cases, options.device, note))
      yield* say(options.json ? JSON.stringify({ cases: reports }) : reports.map(lineOf).join("\n"))
      if (!options.json) yield* say(`\n${endOf(reports)}`)
      if (reports.some(({ verdict }) => verdict === "failed")) process.exitCode = exitCodes.failed
      return
    }
    const report = yield* attempt(() => checkGolden(path, note))
    yield* say(options.json ? JSON.stringify(report) : textOf(report))
    if (report.failed > 0) process.exitCode = exitCodes.failed
  }),
).pipe(
  Command.withDescription(
    "Recompute every reference number of a folder, or play every recorded training, and compare at the stated tolerances",
  ),
)

async function played(
  cases: readonly string[],
  device: string,
  note: (what: string) => void,
): Promise<readonly CaseReport[]> {
  const engine = await openEngine({ device })
  try {
    const reports: CaseReport[] = []
    for (const folder of cases) {
      note(basename(folder))
      reports.push(await checkTrajectory(folder, engine))
    }
    return reports
  } finally {
    engine.dispose()
  }
}

function lineOf({ case: name, verdict, compared, worst, problems, leftOut }: CaseReport): string {
  const mark = verdict === "failed" ? "FAILED" : verdict === "not yet covered" ? "-" : verdict
  if (verdict === "not yet covered") return `${mark.padEnd(8)}${name}: not yet covered`
  const figure =
    worst === undefined
      ? ""
      : `, the farthest at ${worst.share.toPrecision(2)} of its tolerance (${worst.what}, ${worst.at})`
  const out = Object.values(leftOut).flat().length
  const apart = out === 0 ? "" : `, ${out} names left out`
  return [`${mark.padEnd(8)}${name}: ${compared} numbers${figure}${apart}`, ...problems].join("\n        ")
}

function endOf(reports: readonly CaseReport[]): string {
  const count = (verdict: CaseReport["verdict"]) => reports.filter((each) => each.verdict === verdict).length
  const drifted = count("drifted") === 0 ? "" : `, ${count("drifted")} drifted late`
  return `Of ${reports.length} recorded cases ${count("passed")} passed${drifted}, ${count("failed")} failed, ${count("not yet covered")} are not yet covered.`
}

function textOf({ checked, failed, worst, problems }: GoldenReport): string {
  const lines = worst.map(({ case: name, error, tolerance }) => {
    const mark = error <= tolerance ? "ok    " : "FAILED"
    return `${mark} ${name}: error ${error.toPrecision(3)}, tolerance ${tolerance.toPrecision(3)}`
  })
  const end =
    failed === 0
      ? `All ${checked} reference numbers are met; above, those nearest to their tolerance.`
      : `${failed} of ${checked} reference numbers are not met.`
  return [...problems, ...lines, "", end].join("\n")
}
