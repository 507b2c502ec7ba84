import { stream } from "@saddlepoint/engine/random"
import * as tf from "@saddlepoint/engine/tf"
import fc from "fast-check"
import { inDouble } from "../double.ts"
import type { Case } from "../law.ts"
import { list, spreads } from "./draws.ts"
import type { ExaminedLoss, Examples } from "./examined.ts"
import type { Input, Inputs } from "./roles/role.ts"

/** How the cases of a law differ from the usual ones. */
export interface Wanted {
  /** Examples of the smallest batch; 1 where left out. */
  readonly leastBatch?: number
  /** Shapes in the place of the role's. */
  readonly shapes?: fc.Arbitrary<number[]>
  /** Names of the inputs that are drawn; all where left out. */
  readonly inputs?: readonly string[]
  /** Whether values beyond the lists may be drawn as well; yes where left out. */
  readonly spread?: boolean
  /** Whether half of the cases have one value for each input: a mean over many unlike ones levels out what each does. */
  readonly alike?: boolean
  /** Whether inputs are extreme; half of these cases are alike. */
  readonly extreme?: boolean
  /** Lists that the law needs besides. */
  readonly besides?: Readonly<Record<string, fc.Arbitrary<number[]>>>
}

/** Cases with a shape, a list for each input, and what a law needs besides. */
export function casesOf(loss: ExaminedLoss, wanted: Wanted = {}): fc.Arbitrary<Case> {
  const { leastBatch = 1, shapes = loss.shapes(leastBatch), besides } = wanted
  const { spread = true, alike = false, extreme = false } = wanted
  const inputs = loss.inputs.filter(({ name }) => wanted.inputs?.includes(name) ?? true)
  const cases = (listOf: (input: Input) => fc.Arbitrary<number[]>) =>
    fc.record({
      shape: shapes,
      ...Object.fromEntries(inputs.map((input) => [input.name, listOf(input)])),
      ...besides,
    })
  const valuesOf = (input: Input) => (extreme ? input.extremes : input.values)
  const lists = cases((input) => list(valuesOf(input)))
  // First, so that what fails without it is shown without it
  const usual =
    !spread || extreme || inputs.length === 0
      ? lists
      : fc
          .tuple(spreads, lists)
          .map(([[seed], one]): Case => (seed === 0 ? one : { ...one, spread: [seed!] }))
  if (!alike && !extreme) return usual
  // A network that died gives the same for everything, 0 above all
  const constant = cases((input) => valuesOf(input).map((value) => [value]))
  return fc.oneof({ withCrossShrink: true }, constant, usual)
}

/** The inputs of a case as tensors, or some of them. */
export function tensorsOf(loss: ExaminedLoss, one: Case): Inputs {
  const inputs = loss.inputs.filter(({ name }) => one[name] !== undefined)
  return Object.fromEntries(
    inputs.map((input) => [
      input.name,
      tensorOf(fillingOf(input, one), input.shape(one.shape!), input.dtype ?? "float32"),
    ]),
  )
}

/** What an input is filled with: its list, and beyond that the list again, or values of the case's `spread`. */
function fillingOf({ name, spread }: Input, one: Case): (at: number) => number {
  const list = one[name]!
  if (one.spread === undefined) return (at) => list[at % list.length]!
  const numbers = stream("laws", "spread", one.spread[0]!, name)
  return (at) => list[at] ?? spread(numbers.uniform())
}

/** Examples with these inputs, each a row of its own. */
export function examplesWith(loss: ExaminedLoss, one: Case, inputs: Inputs): Examples {
  return { inputs, rows: Array.from({ length: one.shape![0]! }, (_, row) => row), draws: loss.draws() }
}

/** The examples of a case. */
export function examplesOf(loss: ExaminedLoss, one: Case): Examples {
  return examplesWith(loss, one, tensorsOf(loss, one))
}

/** Some of the examples, in the order of their rows; what has no rows stays as it is. */
export function rowsOf(loss: ExaminedLoss, examples: Examples, rows: readonly number[]): Examples {
  const places = tf.tensor1d([...rows], "int32")
  const inputs = loss.inputs.map(({ name, shared }) => {
    const tensor = examples.inputs[name]!
    return [name, shared ? tensor : tf.gather(tensor, places)]
  })
  return { ...examples, inputs: Object.fromEntries(inputs), rows: rows.map((row) => examples.rows[row]!) }
}

/** A tensor of a shape, filled with values that are repeated in order. */
export function fill(
  values: readonly number[],
  shape: readonly number[],
  dtype: "float32" | "int32" = "float32",
): tf.Tensor {
  return tensorOf((at) => values[at % values.length]!, shape, dtype)
}

function tensorOf(
  valueAt: (at: number) => number,
  shape: readonly number[],
  dtype: "float32" | "int32",
): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape])
  const values = dtype === "int32" ? new Int32Array(size) : new Float32Array(size)
  for (let at = 0; at < size; at++) values[at] = valueAt(at)
  return tf.tensor(values, [...shape], dtype)
}

/** A property whose tensors are released after every run, in float64 where the backend can. */
export function over(cases: fc.Arbitrary<Case>, holds: (one: Case) => void): fc.IProperty<[Case]> {
  return overSingle(cases, (one) => inDouble(() => holds(one)))
}

/** A property as `over`, in float32: of what is so in training. */
export function overSingle(cases: fc.Arbitrary<Case>, holds: (one: Case) => void): fc.IProperty<[Case]> {
  return fc.property(cases, (one) => {
    tf.tidy(() => holds(one))
  })
}
