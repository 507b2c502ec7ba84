import type { Players } from "@saddlepoint/core/contracts/game"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { AskedMetric } from "./judges.ts"
import { type Judged, judgePlayers } from "./judging.ts"
import type { OpenTrial } from "./openTrial.ts"

/** What judging left, and why not all of it was possible. */
export interface JudgedEach extends Judged {
  /** What was thrown by a metric, or where its judge or its code could not be loaded; nothing of it is in `found`. */
  readonly trouble?: unknown
}

/**
 * Judges by all metrics in one pass; where one of them fails, by each alone, so that none costs the others their values, or the pictures and
 * answers that are kept.
 */
export async function judgeEach(
  opened: OpenTrial & Required<Pick<OpenTrial, "method">>,
  players: Players,
  tell: (message: ChildMessage) => void,
): Promise<JudgedEach> {
  const judge = (metrics: readonly AskedMetric[]) => judgePlayers(opened, players, metrics, tell)
  let metrics: readonly AskedMetric[] = []
  let trouble: unknown
  try {
    metrics = await opened.metrics()
    return await judge(metrics)
  } catch (error) {
    trouble = error
  }
  const { kept } = await judge([])
  const found: Judged["found"][number][] = []
  for (const metric of metrics.length > 1 ? metrics : []) {
    try {
      found.push(...(await judge([metric])).found)
    } catch (error) {
      trouble = error
    }
  }
  return { found, kept, trouble }
}
