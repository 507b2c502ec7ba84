import { undeclared } from "../../law.ts"
import { casesOf, over } from "../cases.ts"
import { scores } from "../draws.ts"
import type { LossLaw } from "../examined.ts"
import { expectAt, twoLevels } from "./logits.ts"

/** A logit beside which the others count for nothing in float32. */
const sure = 200

export const undecided: LossLaw<"classification"> = {
  name: "undecided",
  statement: "Where all logits are equal, the value is the declared one (`laws.undecided`).",
  roles: ["classification"],
  applies: ({ laws }) =>
    laws.undecided !== undefined || undeclared("laws.undecided, the value at equal logits"),
  property: (loss) =>
    over(casesOf(loss, { inputs: ["labels"], besides: { level: scores.map((level) => [level]) } }), (one) => {
      const [level] = one.level!
      const classes = one.shape![1]!
      const expected = loss.laws.undecided(classes)
      expectAt(loss, one, twoLevels(loss, one, level!, level!), {
        what: `at ${classes} equal logits`,
        expected,
      })
    }),
}

export const certain: LossLaw<"classification"> = {
  name: "certain",
  statement:
    "Where the right class's logit is far above all others, the value is the declared one (`laws.certain`).",
  roles: ["classification"],
  applies: ({ laws }) =>
    laws.certain !== undefined ||
    undeclared("laws.certain, the value at a right logit that is far above all others"),
  property: (loss) =>
    over(casesOf(loss, { inputs: ["labels"] }), (one) => {
      const what = `at a right logit that is ${sure} above all others`
      expectAt(loss, one, twoLevels(loss, one, sure, 0), { what, expected: loss.laws.certain })
    }),
}

export const ahead: LossLaw<"classification"> = {
  name: "ahead",
  statement:
    "Where the right class's logit is above or below all others, which are equal, the value is the declared one (`laws.ahead`).",
  roles: ["classification"],
  applies: ({ laws }) =>
    laws.ahead !== undefined ||
    undeclared("laws.ahead, the value at a right logit that is above or below all others"),
  property: (loss) =>
    over(casesOf(loss, { inputs: ["labels"], besides: { lead: scores.map((lead) => [lead]) } }), (one) => {
      const [lead] = one.lead!
      const expected = loss.laws.ahead!(lead!, one.shape![1]!)
      expectAt(loss, one, twoLevels(loss, one, lead!, 0), {
        what: `at a right logit that is ${lead} above all others`,
        expected,
      })
    }),
}
