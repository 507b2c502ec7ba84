import { converted } from "../graph/convert.ts"
import type { NumericType } from "../graph/numericType.ts"
import { operation } from "../operation.ts"
import type { Kernel, KernelTable } from "./kernel.ts"

const cast: Kernel = ({ x }, { dtype }, recorder) => {
  if (dtype === x!.dtype) return recorder.share(x!)
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") return undefined
  const to: NumericType = dtype
  const op = operation(
    `Cast ${to}`,
    () =>
      (graph, [operand]) =>
        converted(graph, operand!, to),
  )
  return recorder.record(op, [recorder.value(x!)], x!.shape, to)
}

export const castKernels: KernelTable = { Cast: cast }
