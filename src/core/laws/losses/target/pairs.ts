import * as tf from "@saddlepoint/engine/tf"
import type { Case } from "../../law.ts"
import { tensorsOf, type Wanted } from "../cases.ts"
import type { ExaminedLoss } from "../examined.ts"
import type { Input, Inputs } from "../roles/role.ts"

/** Roles whose losses compare an answer with what it should be. */
export const withTarget = ["reconstruction", "features"] as const

export type WithTarget = (typeof withTarget)[number]

/** An output, and the name of its target: `output` and `target`, or `output1` and `target1` of layers. */
export interface Pair {
  readonly output: Input
  readonly target: string
}

export function pairsOf(loss: ExaminedLoss<WithTarget>): readonly Pair[] {
  return loss.inputs
    .filter(({ name }) => name.startsWith("output"))
    .map((output) => ({ output, target: output.name.replace("output", "target") }))
}

/** Cases in which only targets are drawn. */
export function targetsAlone(loss: ExaminedLoss<WithTarget>): Wanted {
  return { inputs: pairsOf(loss).map(({ target }) => target) }
}

/** The inputs of a case whose outputs are made of the targets, which may be moved first. */
export function withOutputs(
  loss: ExaminedLoss<WithTarget>,
  one: Case,
  outputOf: (target: tf.Tensor, pair: Pair) => tf.Tensor = (target) => tf.clone(target),
  moved: (target: tf.Tensor) => tf.Tensor = (target) => target,
): Inputs {
  const targets = Object.fromEntries(
    Object.entries(tensorsOf(loss, one)).map(([name, target]) => [name, moved(target)]),
  )
  const outputs = pairsOf(loss).map(
    (pair) => [pair.output.name, outputOf(targets[pair.target]!, pair)] as const,
  )
  return { ...targets, ...Object.fromEntries(outputs) }
}

/** What is called so among the inputs of a case: `output`, or `output1` and `output2` of layers. */
export function layersOf<T>(inputs: Readonly<Record<string, T>>, name: "output" | "target"): readonly T[] {
  return Object.entries(inputs).flatMap(([input, value]) => (input.startsWith(name) ? [value] : []))
}
