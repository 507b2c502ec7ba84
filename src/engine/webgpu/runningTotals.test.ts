import { afterAll, beforeAll, expect, test } from "vitest"
import * as tf from "../tf.ts"
import { repairRunningTotals } from "./runningTotals.ts"

const standIn = "running-totals"
const kernels = ["Cumsum", "Cumprod", "Reverse"]

/** The CPU's kernels under another name, where running totals from the right are refused. */
beforeAll(async () => {
  await tf.setBackend("cpu")
  for (const kernelName of kernels) {
    const stock = tf.getKernel(kernelName, "cpu").kernelFunc
    tf.registerKernel({
      kernelName,
      backendName: standIn,
      kernelFunc(call) {
        expect(call.attrs?.reverse).not.toBe(true)
        return stock(call)
      },
    })
  }
  repairRunningTotals(standIn)
})

afterAll(() => {
  for (const kernelName of kernels) tf.unregisterKernel(kernelName, standIn)
})

function total(
  kernelName: string,
  backendName: string,
  attrs: { [name: string]: number | boolean },
): number[] {
  const x = tf.tensor2d([2, 3, 5, 7, 11, 13], [2, 3])
  const backend = tf.backend()
  const ids = backend.numDataIds()
  const result = tf.getKernel(kernelName, backendName).kernelFunc({ inputs: { x }, attrs, backend })
  const { dataId } = result as tf.TensorInfo
  const values = [...(backend.readSync(dataId) as Float32Array)]
  backend.disposeData(dataId)
  expect(backend.numDataIds()).toBe(ids)
  x.dispose()
  return values
}

for (const kernelName of ["Cumsum", "Cumprod"]) {
  for (const exclusive of [false, true]) {
    for (const reverse of [false, true]) {
      test(`${kernelName}, exclusive ${exclusive}, reverse ${reverse}, is what the CPU computes`, () => {
        const attrs = { axis: 1, exclusive, reverse }
        expect(total(kernelName, standIn, attrs)).toEqual(total(kernelName, "cpu", attrs))
      })
    }
  }
}
