import { openEngine } from "../../open.ts"
import { stream } from "../../random.ts"
import * as tf from "../../tf.ts"
import type { OnnxEngine } from "../engine.ts"

/** Tensor code under test; `random` gives standard normal tensors, the same on both backends. */
export type Make = (random: (...shape: number[]) => tf.Tensor) => tf.Tensor | tf.Tensor[]

export interface Agreement {
  /** Largest difference relative to the expected number, or to 1; a NaN on one side only is infinite. */
  readonly difference: number
  /** Shapes and dtypes, of both backends. */
  readonly actual: string
  readonly expected: string
  /** Kernels that fell back, with their calls. */
  readonly fallbacks: Readonly<Record<string, number>>
}

let engine: OnnxEngine | undefined

/** Runs tensor code on TensorFlow.js's CPU backend and on the onnx backend, and compares. */
export async function agreement(make: Make): Promise<Agreement> {
  // Whatever was opened since has put another backend in its place.
  if (engine === undefined || tf.findBackend("onnx") !== engine.backend) {
    engine = (await openEngine({ device: "onnx" })) as OnnxEngine
  }
  await tf.setBackend("cpu")
  const expected = outcome(make)
  await tf.setBackend("onnx")
  const before = engine.memory().fallbacks
  const actual = outcome(make)
  const after = Object.entries(engine.memory().fallbacks)
  const fallbacks = after.map(([name, calls]) => [name, calls - (before[name] ?? 0)] as const)
  return {
    difference: Math.max(0, ...expected.numbers.map((want, i) => largestGap(actual.numbers[i] ?? [], want))),
    actual: actual.kinds.join(" "),
    expected: expected.kinds.join(" "),
    fallbacks: Object.fromEntries(fallbacks.filter(([, calls]) => calls > 0)),
  }
}

function outcome(make: Make): { kinds: string[]; numbers: number[][] } {
  const source = stream("agreement")
  const random = (...shape: number[]) =>
    tf.tensor(source.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape)
  let kinds: string[] = []
  let numbers: number[][] = []
  tf.tidy(() => {
    const made = make(random)
    const all = Array.isArray(made) ? made : [made]
    kinds = all.map((x) => `${x.dtype}[${x.shape}]`)
    numbers = all.map((x) => Array.from(x.dataSync()))
  })
  return { kinds, numbers }
}

function largestGap(actual: readonly number[], expected: readonly number[]): number {
  let largest = 0
  expected.forEach((want, i) => {
    const got = actual[i]!
    if (want === got || (Number.isNaN(want) && Number.isNaN(got))) return
    const gap = Math.abs(want - got) / Math.max(1, Math.abs(want))
    largest = Math.max(largest, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap)
  })
  return largest
}
