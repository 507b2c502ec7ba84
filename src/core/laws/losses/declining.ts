import fc from "fast-check"
import type { AnyLoss } from "../../contracts/loss.ts"
import { Broken, type Case, type CheckedLaw } from "../law.ts"
import { overSingle } from "./cases.ts"
import type { ExaminedLoss } from "./examined.ts"
import { lawsOfRole } from "./lossLaws.ts"

/**
 * The laws of a loss, those that it declines with the sentence that says why; and, for every law that it declines without a reason or
 * that there is not, a law that is broken.
 */
export function lawsFor(loss: AnyLoss): readonly CheckedLaw<ExaminedLoss>[] {
  const { declines = {} } = loss.laws
  const laws = lawsOfRole(loss.role)
  const known = laws.map(({ name }) => name)
  const mistaken = Object.entries(declines).flatMap(([name, why]) => {
    if (!known.includes(name))
      return mistake(name, `to name one of the laws ${known.join(", ")}`, "no law of this name")
    return why.trim() === "" ? mistake(name, "to say why, in a sentence", "nothing") : []
  })
  const sound = laws.filter(({ name }) => !mistaken.some((law) => law.name === name))
  const checked = sound.map((law) => {
    const declined = declines[law.name]
    return declined === undefined ? law : { ...law, declined }
  })
  return [...checked, ...mistaken]
}

function mistake(name: string, expected: string, got: string): CheckedLaw<ExaminedLoss> {
  return {
    name,
    statement: "A loss declines a law of its role, and says why (`laws.declines`).",
    applies: () => true,
    property: () =>
      overSingle(fc.constant<Case>({}), () => {
        throw new Broken(`laws.declines.${name} ${expected}`, got)
      }),
  }
}
