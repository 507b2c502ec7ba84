import type { Moments, SeenMoment } from "@saddlepoint/lab/contracts/moments"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"
import { artifactOf } from "../artifact.ts"

/** What a completed trial's players went through, earliest first; null where it kept no snapshots, or what it left cannot be read. */
export async function momentsOf(trial: TrialFinding): Promise<readonly SeenMoment[] | null> {
  const bytes = await artifactOf(trial, "moments")
  if (bytes === null) return null
  try {
    const { schema, moments } = JSON.parse(bytes.toString("utf8")) as Moments
    const whole =
      schema === 1 &&
      moments.length > 0 &&
      moments.every(({ step, values, signs }) => Number.isInteger(step) && numbers(values) && numbers(signs))
    return whole ? moments : null
  } catch {
    return null
  }
}

const numbers = (values: object): boolean => Object.values(values).every(Number.isFinite)
