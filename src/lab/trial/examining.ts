import type { Players } from "@saddlepoint/core/contracts/game"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { ExamResult } from "@saddlepoint/core/contracts/judge"
import { examInWords } from "../store/results/examInWords.ts"
import type { OpenTrial } from "./openTrial.ts"
import { Refusal } from "./refusal.ts"

/**
 * Examines a judge that was just trained.
 * @param note sees the result, whatever it is
 * @throws Refusal where it is below its bar, so that the trials which need it are not played
 */
export async function examine(
  { judge, dataset, request }: Required<Pick<OpenTrial, "judge">> & Pick<OpenTrial, "dataset" | "request">,
  players: Players,
  note: (result: ExamResult) => void,
): Promise<ExamResult> {
  const result = await judge.exam(players[judge.player]!, dataset)
  note(result)
  // NaN is below any bar.
  if (result.value >= result.atLeast) return result
  const { use } = request.trial.preimage.spec as JsonObject
  throw new Refusal(
    `Expected the judge ${use} (${request.trial.arm}) to reach its bar, but after ${judge.steps} steps it has ${examInWords(result)}; ` +
      "give it more steps, more width or another seed, choose another judge, leave its metrics out, or lower the bar (atLeast).",
  )
}
