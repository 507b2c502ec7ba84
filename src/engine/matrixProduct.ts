import { availableParallelism } from "node:os"
import { type onnxTypes, writeModel } from "./onnx/graph/onnxWriter.ts"
import { type OrtSession, type OrtTensor, onnxRuntime } from "./onnx/runtime/onnxRuntime.ts"

/** Row-major real numbers on the host. */
export type Reals = Float32Array | Float64Array

export interface ProductForm {
  /** Rows of the product. */
  readonly rows: number
  /** Length of the sums. */
  readonly inner: number
  /** Columns of the product. */
  readonly columns: number
  /** Takes `a` as `[inner, rows]` instead of `[rows, inner]`. */
  readonly transposeA?: boolean
  /** Takes `b` as `[columns, inner]` instead of `[inner, columns]`. */
  readonly transposeB?: boolean
}

/** Products below so many multiplications are computed in place: a session's call costs about 20 microseconds. */
const fewMultiplications = 20_000

/**
 * The matrix product `a b`, `[rows, columns]`, computed in the arrays' own precision: by ONNX Runtime's native kernels
 * on all cores, or in JavaScript where the product is small or the runtime is not to be had. Which of the two it is
 * changes the last bits; the number of cores does not.
 *
 * @throws one sentence when the arrays do not have the sizes of the form
 */
export function matrixProduct<T extends Reals>(a: T, b: T, form: ProductForm): T {
  const { rows, inner, columns, transposeA = false, transposeB = false } = form
  if (a.length !== rows * inner || b.length !== inner * columns) {
    throw new RangeError(
      `Expected ${rows} x ${inner} and ${inner} x ${columns} numbers for a matrix product, but got ${a.length} and ${b.length}.`,
    )
  }
  const session =
    rows * inner * columns < fewMultiplications ? undefined : sessionFor(a, transposeA, transposeB)
  if (session === undefined) return inPlace(a, b, form)
  const { newTensor, run } = session
  return run(
    newTensor(a, transposeA ? [inner, rows] : [rows, inner]),
    newTensor(b, transposeB ? [columns, inner] : [inner, columns]),
  )
}

interface ProductSession {
  newTensor(values: Reals, dims: readonly number[]): OrtTensor
  run<T extends Reals>(a: OrtTensor, b: OrtTensor): T
}

const sessions = new Map<string, ProductSession | undefined>()

function sessionFor(values: Reals, transposeA: boolean, transposeB: boolean): ProductSession | undefined {
  const type = values instanceof Float64Array ? "float64" : "float32"
  const key = `${type} ${transposeA} ${transposeB}`
  if (!sessions.has(key)) sessions.set(key, openSession(type, transposeA, transposeB))
  return sessions.get(key)
}

function openSession(
  type: keyof typeof onnxTypes & ("float32" | "float64"),
  transposeA: boolean,
  transposeB: boolean,
): ProductSession | undefined {
  const loaded = onnxRuntime()
  if (!loaded.ok) return undefined
  const model = writeModel({
    nodes: [
      {
        op: "Gemm",
        inputs: ["a", "b"],
        outputs: ["product"],
        attributes: { transA: Number(transposeA), transB: Number(transposeB) },
      },
    ],
    constants: [],
    inputs: [
      { name: "a", type },
      { name: "b", type },
    ],
    outputs: [{ name: "product", type }],
  })
  const session: OrtSession = loaded.runtime.newSession()
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    executionMode: "sequential",
    graphOptimizationLevel: "disabled",
  })
  // The engines know float32 only; ONNX Runtime's tensors hold float64 as well.
  const newTensor = loaded.runtime.newTensor as unknown as (
    type: string,
    values: Reals,
    dims: readonly number[],
  ) => OrtTensor
  return {
    newTensor: (values, dims) => newTensor(type, values, dims),
    run: <T extends Reals>(a: OrtTensor, b: OrtTensor) =>
      session.run({ a, b }, { product: null }, {}).product!.data as unknown as T,
  }
}

function inPlace<T extends Reals>(a: T, b: T, form: ProductForm): T {
  const { rows, inner, columns, transposeA = false, transposeB = false } = form
  const product = (
    a instanceof Float64Array ? new Float64Array(rows * columns) : new Float32Array(rows * columns)
  ) as T
  const [acrossA, alongA] = transposeA ? [1, rows] : [inner, 1]
  const [acrossB, alongB] = transposeB ? [1, inner] : [columns, 1]
  const sums = new Float64Array(columns)
  for (let row = 0; row < rows; row++) {
    sums.fill(0)
    for (let k = 0; k < inner; k++) {
      const value = a[row * acrossA + k * alongA]!
      for (let column = 0; column < columns; column++)
        sums[column]! += value * b[k * acrossB + column * alongB]!
    }
    product.set(sums, row * columns)
  }
  return product
}
