import { afterEach, beforeAll, expect, test } from "vitest"
import * as tf from "../tf.ts"
import { type OnnxEngine, openOnnxEngine } from "./engine.ts"

let engine: OnnxEngine
let tensors = 0
let copies = 0

const copiesOnCpu = () => (tf.findBackend("cpu") as tf.KernelBackend).numDataIds()

beforeAll(async () => {
  engine = await openOnnxEngine(1)
  tensors = tf.memory().numTensors
  copies = copiesOnCpu()
})

afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensors)
  expect(copiesOnCpu()).toBe(copies)
})

test("complex numbers are computed by the CPU code, from recorded parts and back to recorded kernels", () => {
  const squared = tf.tidy(() => {
    const z = tf.complex(tf.add([1, 3], 0), tf.add([2, -1], 0))
    const square = tf.mul(z, z)
    return tf.add(tf.real(square), tf.mul(tf.imag(square), 10)).dataSync()
  })
  // (1 + 2i)^2 = -3 + 4i, (3 - i)^2 = 8 - 6i
  expect([...squared]).toEqual([-3 + 40, 8 - 60])
})

test("a complex tensor is read with real and imaginary parts in turn, also after a reshape", () => {
  const read = tf.tidy(() => tf.reshape(tf.complex([[1, 2]], [[3, 4]]), [2, 1]).dataSync())
  expect([...read]).toEqual([1, 3, 2, 4])
})

test("a Fourier transform is inverted", () => {
  const back = tf.tidy(() => tf.irfft(tf.rfft(tf.tensor1d([1, -2, 5, 0.5]))).dataSync())
  for (const [i, value] of [1, -2, 5, 0.5].entries()) expect(back[i]).toBeCloseTo(value, 5)
})

test("kernels that take a list of tensors under one name get all of them", () => {
  const rows = tf.tidy(() => {
    const splits = tf.tensor1d([0, 1, 3], "int32")
    return tf.raggedTensorToTensor([2, 2], [7, 8, 9], 0, [splits], ["ROW_SPLITS"]).arraySync()
  })
  expect(rows).toEqual([
    [7, 0],
    [8, 9],
  ])
})

test("strings are compared", () => {
  const equal = tf.tidy(() => tf.equal(tf.tensor(["a", "b"]), tf.tensor(["a", "c"])).dataSync())
  expect([...equal]).toEqual([1, 0])
})

test("a kernel that throws leaves no copies behind, and is counted", () => {
  const before = engine.memory().fallbacks.SparseReshape ?? 0
  expect(() =>
    tf.tidy(() => tf.sparse.sparseReshape(tf.tensor2d([[0, 0]], [1, 2], "int32"), [2, 3], [4, -1])),
  ).toThrow()
  expect(engine.memory().fallbacks.SparseReshape).toBe(before + 1)
})
