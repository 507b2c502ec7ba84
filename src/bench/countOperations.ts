import type { Trace } from "@saddlepoint/engine/onnx/trace"
import type { Value } from "@saddlepoint/engine/onnx/value"

/**
 * Floating-point operations of a trace's convolutions and matrix products: two for each multiplication of the
 * direct method, at the level of TensorFlow.js kernels, however they are lowered. Equal operations count once, since
 * they are computed once. Multiplications with padding count, as they do in PyTorch's counter.
 */
export function countOperations(trace: Trace): number {
  const identities = new Map<string, number>()
  const identityOf = new Map<Value, number>()
  const identityFor = (key: string) => {
    const known = identities.get(key)
    if (known !== undefined) return known
    identities.set(key, identities.size)
    return identities.size - 1
  }
  const identify = (value: Value, at: string) => {
    // Numbers that JavaScript wrote are equal leaves when they are equal numbers.
    const key = value.scalar === undefined ? at : `${value.dtype} ${value.shape.join()} ${value.scalar}`
    const identity = identityOf.get(value) ?? identityFor(key)
    identityOf.set(value, identity)
    return identity
  }
  let total = 0
  for (const value of trace.order) {
    const inputs = value.inputs.map((input) => identify(input, `leaf ${identityOf.size}`))
    const key = `operation ${value.operation!.id} ${value.shape.join()} ${inputs.join()}`
    if (!identities.has(key)) total += operationsOf(value)
    identityOf.set(value, identityFor(key))
  }
  return total
}

function operationsOf(value: Value): number {
  const kernel = value.operation!.key.split(" ")[0]!
  const [first, second] = value.inputs
  switch (kernel) {
    case "Conv2D":
      return 2 * product(value.shape) * product(second!.shape.slice(0, 3))
    case "Conv2DBackpropInput":
      return 2 * product(first!.shape) * product(second!.shape.slice(0, 3))
    case "Conv2DBackpropFilter":
      return 2 * product(second!.shape) * product(value.shape.slice(0, 3))
    case "DepthwiseConv2dNative":
      return 2 * product(value.shape) * product(second!.shape.slice(0, 2))
    case "DepthwiseConv2dNativeBackpropInput":
      return 2 * product(first!.shape) * product(second!.shape.slice(0, 2))
    case "DepthwiseConv2dNativeBackpropFilter":
      return 2 * product(second!.shape) * product(value.shape.slice(0, 2))
    case "BatchMatMul": {
      // The two last extents of the left operand are rows and the inner extent, in either order.
      const inner = product(first!.shape.slice(-2)) / value.shape.at(-2)!
      return 2 * product(value.shape) * inner
    }
    default:
      return 0
  }
}

const product = (extents: readonly number[]) => extents.reduce((a, b) => a * b, 1)
