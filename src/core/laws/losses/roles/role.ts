import type { Tensor } from "@saddlepoint/engine/tf"
import type fc from "fast-check"
import type { Loss, Role, Roles, Side } from "../../../contracts/loss.ts"

/** Tensors by the names of a role's inputs. */
export type Inputs = Readonly<Record<string, Tensor>>

/** One tensor that the losses of a role are fed with. */
export interface Input {
  /** As counterexamples name the list that fills it. */
  readonly name: string
  /** Of the tensor, from the `shape` of the case. */
  shape(shape: readonly number[]): readonly number[]
  /** What it is filled with: all that losses meet in training. */
  readonly values: fc.Arbitrary<number>
  /** A value from a share of [0, 1): what stands beyond its list where a case is spread. */
  spread(share: number): number
  /** Values at which a loss and its gradient must be finite all the same. */
  readonly extremes: fc.Arbitrary<number>
  /** Values that it never leaves, where it has such. */
  readonly range?: readonly [number, number]
  /** float32 where left out. */
  readonly dtype?: "int32"
  /** Whether it is one for all examples, and has no row for each. */
  readonly shared?: boolean
  /** Whether it has no positions to repeat, unlike the other inputs of a role. */
  readonly positions?: false
  /** The sides that learn through it: a gradient must reach it. */
  readonly learning: readonly Side[]
}

/** Axes over which losses of a role are a mean. */
export interface Positions {
  /** Shapes that have such axes. */
  readonly shapes: fc.Arbitrary<number[]>
  /** How often each axis after that of the batch may be repeated. */
  readonly repeats: fc.Arbitrary<number[]>
  /** Whether examples must be of one value each: a loss with a window sees the seams of what is repeated. */
  readonly flat: boolean
}

/** How the examples of a role are drawn, and what a loss sees of them. One file for each role. */
export interface RoleExamples<R extends Role> {
  /** Shapes that a loss must accept, mostly small ones, the batch first: of `leastBatch` examples or some more. */
  shapes(loss: Loss<R>, leastBatch: number): fc.Arbitrary<number[]>
  inputs(loss: Loss<R>): readonly Input[]
  see(inputs: Inputs): Roles[R]
  /** Nothing where no loss of the role need be a mean over positions. */
  positions?(loss: Loss<R>): Positions
}

/** Both sides: of two players who want the same, or each of whom learns through the input. */
export const both: readonly Side[] = ["learner", "opponent"]
