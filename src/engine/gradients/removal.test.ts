import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { Engine } from "../engine.ts"
import { openEngine } from "../open.ts"
import * as tf from "../tf.ts"
import { replacedGradients } from "./index.ts"
import { refusals } from "./refusals.ts"
import { repairTape } from "./tape.ts"
import { largestErrors } from "./testing/curvature.ts"
import { operations } from "./testing/operations.ts"

/** Replacements that a derivative depends on, with an operation that shows it. */
const needed: Readonly<Record<string, string>> = {
  AvgPool: "avgPool with cut windows",
  BatchMatMul: "matMul with a broadcast batch",
  Conv2DBackpropFilter: "conv2d",
  Cumsum: "cumsum",
  DepthToSpace: "depthToSpace",
  DepthwiseConv2dNativeBackpropFilter: "depthwiseConv2d",
  DepthwiseConv2dNativeBackpropInput: "depthwiseConv2d",
  Einsum: "einsum",
  EluGrad: "elu",
  Greater: "where by sign",
  Equal: "where equal",
  Less: "where between",
  LessEqual: "where not equal or at most",
  LogicalAnd: "where between",
  LogicalNot: "where between",
  LogicalOr: "where not equal or at most",
  MaxPool: "maxPool",
  Maximum: "maximum",
  Minimum: "minimum",
  MirrorPad: "mirrorPad, reflect",
  NotEqual: "where not equal or at most",
  Prod: "prod",
  ResizeBilinear: "resizeBilinear, uneven",
  ResizeNearestNeighbor: "resizeNearestNeighbor, enlarged",
  SquaredDifference: "squaredDifference",
  StridedSlice: "stridedSlice",
}

/** Replacements whose stock gradient passes once the others are in place, but costs more (Selu: overflows). */
const cheaper: Readonly<Record<string, string>> = {
  Abs: "abs",
  ClipByValue: "clipByValue",
  FusedBatchNorm: "batchNorm",
  GreaterEqual: "where between",
  LeakyRelu: "leakyRelu",
  Max: "max",
  Mean: "mean",
  Min: "min",
  Prelu: "prelu",
  Relu: "relu",
  Relu6: "relu6",
  Selu: "selu",
  Sum: "sum",
  Tile: "tile",
}

// Read before an engine is opened, while TensorFlow.js's own are registered.
const stock = new Map(replacedGradients.map(({ kernelName }) => [kernelName, tf.getGradient(kernelName)]))

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "js" })
})
afterAll(() => engine.dispose())

/** Whether the derivatives of an operation agree with differences; an error counts as no. */
function agrees(name: string): boolean {
  const row = operations.find((operation) => operation.name === name)!
  try {
    const { first, second } = largestErrors(row, 2)
    return first < 1e-3 && second < 1e-3
  } catch {
    return false
  }
}

/** The outcome with TensorFlow.js's own gradient of one kernel, or none where it has none. */
function withStock<T>(kernelName: string, run: () => T): T {
  const ours = tf.getGradient(kernelName)
  const theirs = stock.get(kernelName)
  if (theirs === undefined) tf.unregisterGradient(kernelName)
  else tf.registerGradient(theirs)
  try {
    return run()
  } finally {
    tf.registerGradient(ours)
  }
}

test("every replacement is needed, or cheaper, or a refusal", () => {
  const listed = [
    ...Object.keys(needed),
    ...Object.keys(cheaper),
    ...refusals.map(({ kernelName }) => kernelName),
  ]
  expect(listed.sort()).toEqual(replacedGradients.map(({ kernelName }) => kernelName).sort())
})

describe("without the replacement of", () => {
  test.each(Object.entries(needed))("%s, the derivatives of %s are wrong or missing", (kernelName, name) => {
    expect(agrees(name)).toBe(true)
    expect(withStock(kernelName, () => agrees(name))).toBe(false)
    expect(agrees(name)).toBe(true)
  })

  test.each(Object.entries(cheaper))("%s, those of %s are right all the same", (kernelName, name) => {
    expect(withStock(kernelName, () => agrees(name))).toBe(true)
  })
})

test.each(["tanh", "sigmoid", "exp", "elu", "softmax", "logSoftmax", "swish", "pow"])(
  "with TensorFlow.js's own tape the second derivative of %s is wrong",
  (name) => {
    expect(agrees(name)).toBe(true)
    repairTape()()
    try {
      expect(agrees(name)).toBe(false)
    } finally {
      repairTape()
    }
    expect(agrees(name)).toBe(true)
  },
)
