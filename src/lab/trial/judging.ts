import { answeringOf } from "@saddlepoint/core/answer/answerings"
import { inDrawnOrder } from "@saddlepoint/core/answer/drawnOrder"
import { evaluate } from "@saddlepoint/core/answer/evaluate"
import type { Players } from "@saddlepoint/core/contracts/game"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { AskedEvaluation, EvaluationRecord } from "../contracts/evaluation.ts"
import type { AskedMetric } from "./judges.ts"
import type { KeptFile } from "./keep/keeping.ts"
import { keepingOf } from "./keep/keepingOf.ts"
import type { OpenTrial } from "./openTrial.ts"

/** What judging leaves. */
export interface Judged {
  /** What each metric found, in their order. */
  readonly found: readonly Found[]
  readonly kept: readonly KeptFile[]
}

/** What one metric found, by its outputs' names. */
export interface Found {
  readonly asked: AskedEvaluation
  readonly values: EvaluationRecord["values"]
}

/** Judges what was learned on the held-out data, in one pass for all metrics, and keeps what is worth a look. */
export async function judgePlayers(
  opened: OpenTrial & Required<Pick<OpenTrial, "method">>,
  players: Players,
  metrics: readonly AskedMetric[],
  tell: (message: ChildMessage) => void,
): Promise<Judged> {
  const { request, engine, datasetDigest, method } = opened
  // A picture is of the first example, as it was learnt.
  const dataset = method.answers === "picture" ? opened.dataset : inDrawnOrder(opened.dataset, datasetDigest)
  const keeping = keepingOf(method, { request, engine, dataset })
  const batches = answeringOf(method.answers).batches(method, dataset)
  const judged = await evaluate({
    method,
    players,
    dataset,
    datasetDigest,
    metrics,
    engine,
    seed: request.trial.seed,
    onChosen: async (chosen) => keeping.onChosen?.(chosen),
    async onBatch(batch, index) {
      await keeping.add(batch)
      tell({ type: "progress", phase: "judging", stage: "test", step: index + 1, steps: batches, losses: {} })
    },
  })
  const found = metrics.map(({ metric, asked }) => ({
    asked,
    values: Object.fromEntries(
      metric.outputs.flatMap(({ name }) => (name in judged ? [[name, judged[name]!]] : [])),
    ),
  }))
  return { found, kept: await keeping.files(players) }
}
