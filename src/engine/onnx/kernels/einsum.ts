import { backend_util } from "../../tf.ts"
import { identity } from "../graph/operand.ts"
import { operation } from "../operation.ts"
import { allFloat, type Kernel, type KernelTable } from "./kernel.ts"

/** TensorFlow.js's equations are ONNX's too, but for terms without letters, which are left to the CPU code. */
const einsum: Kernel = (inputs, attributes, recorder) => {
  const infos = Object.values(inputs)
  const equation = (attributes.equation as string).replace(/\s/g, "")
  if (!allFloat(...infos) || infos.some((info) => info.shape.length === 0)) return undefined
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, infos.length)
  const tensors = infos as unknown as Parameters<typeof backend_util.checkEinsumDimSizes>[2]
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors)
  const extents = new Map<string, number>()
  idDims.forEach((dims, term) => {
    dims.forEach((dim, axis) => {
      extents.set(allDims[dim]!, infos[term]!.shape[axis]!)
    })
  })
  const shape = [...equation.slice(equation.indexOf("->") + 2)].map((letter) => extents.get(letter)!)
  const op = operation(`Einsum ${equation}`, () => (graph, operands, value) => {
    const name = graph.emit(
      "Einsum",
      operands.map((operand) => graph.as(operand)),
      { equation },
    )
    return graph.dense(name, "float32", value.shape, identity(value.shape.length))
  })
  return recorder.record(
    op,
    infos.map((info) => recorder.value(info)),
    shape,
    "float32",
  )
}

export const einsumKernels: KernelTable = { Einsum: einsum }
