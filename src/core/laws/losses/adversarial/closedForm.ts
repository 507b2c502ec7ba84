import fc from "fast-check"
import type { AdversarialFacts } from "../../../contracts/loss.ts"
import { expectClose } from "../../closeness.ts"
import { type Case, undeclared } from "../../law.ts"
import { casesOf, examplesOf, over } from "../cases.ts"
import { scores } from "../draws.ts"
import type { LossLaw } from "../examined.ts"
import { valuesOf } from "../values.ts"
import { besideScores } from "./besideScores.ts"

export const closedForm: LossLaw<"adversarial"> = {
  name: "closedForm",
  statement: "At scores that are the same everywhere both sides have the declared values (`laws.values`).",
  roles: ["adversarial"],
  applies: ({ laws: { values = [] } }) =>
    typeof values === "function" ||
    values.length > 0 ||
    undeclared("laws.values, the value of both sides at scores that are the same everywhere"),
  property: (loss) => {
    const { values } = loss.laws
    const cases = casesOf(loss, {
      spread: false,
      inputs: besideScores(loss),
      besides: { scores: pairsIn(values) },
    }).map(({ scores, ...one }): Case => ({ ...one, real: [scores![0]!], fake: [scores![1]!] }))
    return over(cases, (one) => {
      const [real, fake] = [one.real![0]!, one.fake![0]!]
      const [opponent, learner] = valuesAt(values, real, fake)
      for (const side of loss.sides) {
        const got = valuesOf(side, examplesOf(loss, one))
        expectClose(
          `${side.name} at real scores of ${real} and fake scores of ${fake}`,
          got,
          got.map(() => (side.side === "opponent" ? opponent : learner)),
        )
      }
    })
  },
}

type Values = AdversarialFacts["values"]

/** Scores of real and of fake examples for which values are known. */
function pairsIn(values: Values): fc.Arbitrary<number[]> {
  if (typeof values === "function") return fc.tuple(scores, scores).map((pair) => [...pair])
  return fc.nat(values.length - 1).map((row) => values[row]!.slice(0, 2))
}

function valuesAt(values: Values, real: number, fake: number): readonly [number, number] {
  if (typeof values === "function") return values(real, fake)
  const [, , opponent, learner] = values.find((row) => row[0] === real && row[1] === fake)!
  return [opponent, learner]
}
