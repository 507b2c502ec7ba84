import type { ExaminedLoss } from "../examined.ts"

/** Names of what an adversarial loss looks at besides the scores. */
export function besideScores({ inputs }: ExaminedLoss<"adversarial">): readonly string[] {
  return inputs.map(({ name }) => name).filter((name) => name !== "real" && name !== "fake")
}
