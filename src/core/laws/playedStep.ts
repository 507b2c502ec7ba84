import { duringStep } from "@saddlepoint/engine/ambient"
import { stepContext } from "@saddlepoint/engine/steps/stepContext"
import { randomSource } from "../play/draw.ts"

/** Runs `body` as step 0 of a trial, with seeded draws for whoever drops values. */
export function duringPlayedStep<T>(body: () => T): T {
  const context = stepContext({ random: randomSource(9, "laws"), schedule: () => 1 }, 0)
  try {
    return duringStep(context, body)
  } finally {
    context.release()
  }
}
