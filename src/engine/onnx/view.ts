import { converted } from "./graph/convert.ts"
import type { NumericType } from "./graph/numericType.ts"
import { reshaped } from "./graph/reshape.ts"
import { type Lower, type Operation, operation } from "./operation.ts"

const lower: Lower = (graph, [x], { shape, dtype }) => reshaped(graph, converted(graph, x!, dtype), shape)

/**
 * The operation that gives numbers another shape of as many elements, or another dtype. Both are part of the key, because
 * they do not follow from the input.
 */
export function view(shape: readonly number[], dtype: NumericType): Operation {
  return operation(`View ${dtype} ${shape.join()}`, () => lower)
}
