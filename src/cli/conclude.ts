import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { attempt } from "./exit.ts"

/**
 * Writes the report of what was found and prints the verdicts, also where the report cannot be written, which is said. The
 * report's code is loaded here, when it is needed.
 * @returns whether the report was written
 */
export const conclude = Effect.fnUntraced(function* (
  findings: Findings,
  options: { readonly store: string; readonly json: boolean },
  folder?: string,
) {
  const { publishReport, summaryOf } = yield* attempt(() => import("./outcome.ts"))
  const outcome = yield* attempt(() => publishReport(findings, options.store, folder))
  yield* Console.log(options.json ? JSON.stringify(outcome.json) : summaryOf(outcome))
  if (outcome.unwritten !== undefined) yield* Console.error(outcome.unwritten)
  return outcome.unwritten === undefined
})
