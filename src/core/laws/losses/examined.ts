import type { Tensor } from "@saddlepoint/engine/tf"
import type fc from "fast-check"
import type { AnyLoss, LawFacts, Loss, Role, Roles, Scope, Side } from "../../contracts/loss.ts"
import type { Law } from "../law.ts"
import type { Input, Inputs, Positions } from "./roles/role.ts"
import { roles } from "./roles/roles.ts"
import { type Draws, drawsOf } from "./world.ts"

/** A law of the losses of some roles. */
export interface LossLaw<R extends Role = Role> extends Law<ExaminedLoss<R>> {
  readonly roles: readonly R[]
}

/** The roles that there are; laws of every loss hold for all of them. */
export const everyRole = Object.keys(roles) as readonly Role[]

/** A loss as the laws look at it, with the examples of its role. */
export interface ExaminedLoss<R extends Role = Role> {
  readonly role: R
  readonly scope: Scope
  readonly laws: LawFacts[R]
  /** Shapes that it must accept; the batch, which comes first, has `leastBatch` examples or some more. */
  shapes(leastBatch: number): fc.Arbitrary<number[]>
  readonly inputs: readonly Input[]
  /** Axes over which it must be a mean; nothing where losses of its role need not be. */
  readonly positions?: Positions
  /** Its sides, as they see the examples of the role. */
  readonly sides: readonly LossFunction[]
  /** Its sides, as they see what a law makes of the inputs. */
  seeing(see: (inputs: Inputs) => Roles[R]): readonly LossFunction[]
  /** What it may draw, afresh for each case. */
  draws(): Draws
}

/** What one side of a loss minimises, as a function of inputs by name. */
export interface LossFunction {
  readonly side: Side
  /** As reports name its values: `the learner's loss`. */
  readonly name: string
  /** Inputs that this side learns through: the gradient must reach them. */
  readonly learning: readonly string[]
  /** `[batch]`, or `[]` where the scope is the batch. */
  of(examples: Examples): Tensor
}

/** Tensors to try a loss on, of some rows of a case. */
export interface Examples {
  readonly inputs: Inputs
  readonly rows: readonly number[]
  readonly draws: Draws
}

const sideNames: readonly Side[] = ["opponent", "learner"]

export function examine(loss: AnyLoss): ExaminedLoss {
  // Each role's examples go with its losses; the compiler cannot follow one role through the union of all.
  return examineAs(loss as Loss)
}

function examineAs<R extends Role>(loss: Loss<R>): ExaminedLoss<R> {
  const { role, scope, laws } = loss
  const examples = roles[role]
  const inputs = examples.inputs(loss)
  const seeing: ExaminedLoss<R>["seeing"] = (see) =>
    sideNames.flatMap((side) => {
      const minimised = loss.sides[side]
      if (minimised === undefined) return []
      return {
        side,
        name: `the ${side}'s loss`,
        learning: inputs.filter(({ learning }) => learning.includes(side)).map(({ name }) => name),
        of: ({ inputs: seen, rows, draws }: Examples) => minimised(see(seen), draws.of(rows)),
      }
    })
  const positions = examples.positions?.(loss)
  return {
    role,
    scope,
    laws,
    shapes: (leastBatch) => examples.shapes(loss, leastBatch),
    inputs,
    ...(positions === undefined ? {} : { positions }),
    sides: seeing((seen) => examples.see(seen)),
    seeing,
    draws: () => drawsOf(loss as Pick<AnyLoss, "needs">),
  }
}
