import type { RunSummary } from "@saddlepoint/lab/schedule/runPlan"
import type { Findings } from "@saddlepoint/lab/store/reading/findings"
import * as Effect from "effect/Effect"
import { attempt } from "./exit.ts"
import { complain, say } from "./say.ts"

/**
 * Writes the report of what was found and prints the verdicts, also where the report cannot be written, which is said. The
 * report's code is loaded here, when it is needed.
 * @param played what a run played, which `--json` counts
 * @returns whether the report was written
 */
export const conclude = Effect.fnUntraced(function* (
  findings: Findings,
  options: { readonly store: string; readonly json: boolean },
  { folder, played }: { readonly folder?: string | undefined; readonly played?: RunSummary } = {},
) {
  const { publishReport, summaryOf } = yield* attempt(() => import("./outcome.ts"))
  const outcome = yield* attempt(() => publishReport(findings, options.store, folder))
  const counted =
    played === undefined
      ? {}
      : { trained: played.trained, evaluated: played.evaluated, reused: played.reused }
  yield* say(options.json ? JSON.stringify({ ...outcome.json, ...counted }) : summaryOf(outcome))
  if (outcome.unwritten !== undefined) yield* complain(outcome.unwritten)
  return outcome.unwritten === undefined
})
