import { resolve } from "node:path"
import { checkGolden, type GoldenReport } from "@saddlepoint/metrics/golden/checkGolden"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { attempt, exitCodes } from "../exit.ts"
import { json } from "../flags.ts"

export const golden = Command.make(
  "golden",
  {
    folder: Argument.String("folder").pipe(
      Argument.withDescription(
        "a folder of reference numbers: a JSON file for each topic, raw arrays beside them",
      ),
    ),
    json,
  },
  Effect.fn(function* (options) {
    const say = (topic: string) => {
      if (!options.json) console.error(`Checking ${topic}.`)
    }
    const report = yield* attempt(() => checkGolden(resolve(options.folder), say))
    yield* Console.log(options.json ? JSON.stringify(report) : textOf(report))
    if (report.failed > 0) process.exitCode = exitCodes.failed
  }),
).pipe(
  Command.withDescription(
    "Recompute every reference number of a folder and compare it at the stated tolerance",
  ),
)

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
