import fc from "fast-check"
import { expectClose } from "../../closeness.ts"
import { undeclared } from "../../law.ts"
import { over } from "../cases.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { linearCases, linearExamples, onLinearCritic } from "./linearCritic.ts"

/** Norms of a critic's gradient, 0 and 1 among them. */
const norms = fc.oneof(
  { withCrossShrink: true },
  fc.integer({ min: 0, max: 16 }).map((quarters) => quarters / 4),
  fc.integer({ min: 4, max: 20 }),
)

export const constantSlope: LossLaw<"critic"> = {
  name: "constantSlope",
  statement:
    "For a critic whose gradient has the same norm everywhere the value is the declared one (`laws.constantSlope`), whatever the images.",
  roles: ["critic"],
  applies: ({ laws }) =>
    laws.constantSlope !== undefined ||
    undeclared("laws.constantSlope, the value for a critic whose gradient has the same norm everywhere"),
  property: (loss) =>
    over(linearCases(loss, { norm: norms.map((norm) => [norm]) }), (one) => {
      const [norm] = one.norm!
      const examples = linearExamples(loss, one, norm!)
      for (const side of onLinearCritic(loss)) {
        const values = valuesOf(side, examples)
        expectClose(
          `${side.name} for a critic whose gradient has the norm ${norm}`,
          values,
          values.map(() => loss.laws.constantSlope!(norm!)),
        )
      }
    }),
}
