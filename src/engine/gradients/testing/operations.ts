import * as tf from "../../tf.ts"
import type { Row } from "./curvature.ts"

type Unary = (x: tf.Tensor) => tf.Tensor

/** Numbers between 0.1 and 1.3, for functions with a pole or a border at 0 or beyond 1. */
const positive: Unary = (x) => tf.add(tf.mul(x, 0.3), 0.7)

const elementwise = (name: string, apply: Unary): Row => ({ name, shapes: [[5, 8]], apply })
const pair = (name: string, apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Row => ({
  name,
  shapes: [
    [2, 4, 3],
    [4, 1],
  ],
  apply: (a, b) => apply(a!, b!),
})
const matrix = (name: string, apply: Unary): Row => ({ name, shapes: [[3, 4]], apply })
const image = (name: string, apply: (x: tf.Tensor4D) => tf.Tensor, shape = [2, 3, 4, 2]): Row => ({
  name,
  shapes: [shape],
  apply: (x) => apply(x as tf.Tensor4D),
})
const images = (
  name: string,
  shapes: number[][],
  apply: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor,
): Row => ({ name, shapes, apply: (x, filter) => apply(x as tf.Tensor4D, filter as tf.Tensor4D) })

const activations: readonly Row[] = [
  elementwise("relu", tf.relu),
  elementwise("relu6", (x) => tf.relu6(tf.mul(x, 4))),
  elementwise("leakyRelu", (x) => tf.leakyRelu(x, 0.2)),
  elementwise("tf.layers.leakyReLU", (x) => tf.layers.leakyReLU({ alpha: 0.3 }).apply(x) as tf.Tensor),
  pair("prelu", (x, alpha) => tf.prelu(x, tf.reshape(alpha, [4, 1]))),
  elementwise("elu", tf.elu),
  elementwise("selu", tf.selu),
  elementwise("sigmoid", tf.sigmoid),
  elementwise("logSigmoid", tf.logSigmoid),
  elementwise("tanh", tf.tanh),
  elementwise("softplus", tf.softplus),
  elementwise("softsign", (x) => tf.div(x, tf.add(tf.abs(x), 1))),
  elementwise("hard sigmoid", (x) => tf.clipByValue(tf.add(tf.mul(x, 0.5), 0.5), 0, 1)),
  elementwise("swish", (x) => tf.mul(x, tf.sigmoid(x))),
  elementwise("mish", (x) => tf.mul(x, tf.tanh(tf.softplus(x)))),
  elementwise("gelu by erf", (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1))),
  elementwise("gelu by tanh", (x) =>
    tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(0.79788456, tf.add(x, tf.mul(0.044715, tf.pow(x, 3))))), 1)),
  ),
  matrix("softmax", (x) => tf.softmax(x)),
  matrix("logSoftmax", (x) => tf.logSoftmax(x)),
]

const functions: readonly Row[] = [
  elementwise("exp", tf.exp),
  elementwise("expm1", tf.expm1),
  elementwise("log", (x) => tf.log(positive(x))),
  elementwise("log1p", (x) => tf.log1p(positive(x))),
  elementwise("sqrt", (x) => tf.sqrt(positive(x))),
  elementwise("rsqrt", (x) => tf.rsqrt(tf.add(positive(x), 0.5))),
  elementwise("reciprocal", (x) => tf.reciprocal(tf.add(positive(x), 0.5))),
  elementwise("square", tf.square),
  elementwise("abs", tf.abs),
  elementwise("neg", tf.neg),
  elementwise("sign, times x", (x) => tf.mul(x, tf.sign(x))),
  elementwise("step, times x", (x) => tf.mul(x, tf.step(x, 0.3))),
  elementwise("sin", tf.sin),
  elementwise("cos", tf.cos),
  elementwise("tan", (x) => tf.tan(tf.mul(x, 0.4))),
  elementwise("asin", (x) => tf.asin(tf.mul(x, 0.4))),
  elementwise("acos", (x) => tf.acos(tf.mul(x, 0.4))),
  elementwise("atan", tf.atan),
  elementwise("sinh", tf.sinh),
  elementwise("cosh", tf.cosh),
  elementwise("asinh", tf.asinh),
  elementwise("acosh", (x) => tf.acosh(tf.add(positive(x), 1.5))),
  elementwise("atanh", (x) => tf.atanh(tf.mul(x, 0.4))),
  elementwise("erf", tf.erf),
  elementwise("floor, ceil and round, times x", (x) =>
    tf.mul(x, tf.addN([tf.floor(x), tf.ceil(tf.mul(x, 2)), tf.round(tf.add(x, 0.5))])),
  ),
  elementwise("mod", (x) => tf.mul(x, tf.mod(x, 1))),
  elementwise("onesLike and zerosLike", (x) => tf.add(tf.mul(x, tf.onesLike(x)), tf.zerosLike(x))),
  elementwise("clipByValue", (x) => tf.clipByValue(x, -0.5, 0.9)),
]

const pairs: readonly Row[] = [
  pair("add", tf.add),
  pair("sub", tf.sub),
  pair("mul", tf.mul),
  pair("div", (a, b) => tf.div(a, tf.add(positive(b), 0.5))),
  pair("divNoNan", (a, b) => tf.divNoNan(a, tf.add(positive(b), 0.5))),
  pair("pow", (a, b) => tf.pow(tf.add(positive(a), 0.3), b)),
  pair("atan2", (a, b) => tf.atan2(a, tf.add(positive(b), 0.5))),
  pair("squaredDifference", tf.squaredDifference),
  // The grids of the two shapes meet in 0.5 / 24 at least.
  pair("maximum", (a, b) => tf.maximum(a, tf.mul(b, 3))),
  pair("minimum", (a, b) => tf.minimum(a, tf.mul(b, 3))),
  pair("maximum(0.2 x, x)", (a, b) => tf.mul(tf.maximum(tf.mul(a, 0.2), a), b)),
  pair("where by sign", (a, b) => tf.where(tf.greater(a, 0), a, tf.mul(a, b))),
  pair("where between", (a, b) =>
    tf.where(tf.logicalAnd(tf.greaterEqual(a, -1), tf.logicalNot(tf.less(1, a))), tf.square(a), tf.mul(a, b)),
  ),
  pair("where not equal or at most", (a, b) =>
    tf.where(tf.logicalOr(tf.notEqual(tf.sign(a), 1), tf.lessEqual(a, 1)), tf.square(a), tf.mul(a, b)),
  ),
  pair("where finite", (a, b) =>
    tf.where(tf.logicalOr(tf.isNaN(a), tf.isInf(a)), b, tf.where(tf.isFinite(a), tf.square(a), tf.mul(a, b))),
  ),
  pair("where equal", (a, b) => tf.where(tf.equal(tf.step(a), 1), tf.square(a), tf.mul(a, b))),
  pair("addN", (a, b) => tf.addN([a, tf.mul(a, b)])),
]

const reductions: readonly Row[] = [
  matrix("sum", (x) => tf.sum(x, 0)),
  matrix("mean", (x) => tf.mean(x, 1, true)),
  matrix("max", (x) => tf.max(x, 0)),
  matrix("max of all", (x) => tf.max(x)),
  matrix("min", (x) => tf.min(x, 1, true)),
  matrix("argMax and argMin, as masks", (x) =>
    tf.mul(x, tf.sub(tf.oneHot(tf.argMax(x, 1), 4), tf.oneHot(tf.argMin(x, 1), 4))),
  ),
  matrix("prod", (x) => tf.prod(x, 0)),
  matrix("prod over the last axis", (x) => tf.prod(x, -1)),
  matrix("logSumExp", (x) => tf.logSumExp(x, 1)),
  matrix("norm", (x) => tf.norm(x, "euclidean", 1)),
  matrix("norm of order 1", (x) => tf.norm(x, 1, 0)),
  matrix("euclideanNorm", (x) => tf.euclideanNorm(x, 0)),
  matrix("variance of moments", (x) => tf.moments(x, 0).variance),
  matrix("cumsum", (x) => tf.cumsum(x, 0, true, false)),
  matrix("cumsum, reversed", (x) => tf.cumsum(x, 1, false, true)),
]

const norms: readonly Row[] = [
  {
    name: "batchNorm",
    shapes: [[2, 2, 2, 3], [3], [3], [3], [3]],
    apply: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        tf.square(variance!) as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.1,
      ),
  },
  image("batchNorm of a batch, without scale", (x) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2])
    return tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, undefined, 1e-3)
  }),
  image("instance norm", (x) => {
    const { mean, variance } = tf.moments(x, [1, 2], true)
    return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3)))
  }),
  matrix("layer norm", (x) => {
    const { mean, variance } = tf.moments(x, 1, true)
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)))
  }),
  image("pixel norm", (x) => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-2)))),
]

const convolutions: readonly Row[] = [
  images(
    "conv2d",
    [
      [1, 4, 5, 2],
      [3, 3, 2, 2],
    ],
    (x, filter) => tf.conv2d(x, filter, 1, "same"),
  ),
  images(
    "conv2d with stride and explicit pads",
    [
      [1, 5, 4, 2],
      [3, 2, 2, 2],
    ],
    (x, filter) =>
      tf.conv2d(x, filter, 2, [
        [0, 0],
        [1, 1],
        [1, 0],
        [0, 0],
      ]),
  ),
  images(
    "conv2dTranspose",
    [
      [1, 3, 2, 2],
      [4, 4, 2, 2],
    ],
    (x, filter) => tf.conv2dTranspose(x, filter, [1, 6, 4, 2], 2, "same"),
  ),
  images(
    "depthwiseConv2d",
    [
      [1, 4, 5, 2],
      [3, 3, 2, 2],
    ],
    (x, filter) => tf.depthwiseConv2d(x, filter, 1, "same"),
  ),
  images(
    "depthwiseConv2d with stride",
    [
      [1, 5, 5, 2],
      [3, 3, 2, 1],
    ],
    (x, filter) => tf.depthwiseConv2d(x, filter, 2, "valid"),
  ),
  images(
    "fused conv2d",
    [
      [1, 4, 4, 2],
      [3, 3, 2, 2],
    ],
    (x, filter) => tf.fused.conv2d({ x, filter, strides: 1, pad: "same", activation: "elu" }),
  ),
]

const poolings: readonly Row[] = [
  image("maxPool", (x) => tf.maxPool(x, 2, 2, "valid"), [1, 4, 6, 2]),
  image("maxPool with overlapping windows", (x) => tf.maxPool(x, 3, 2, "same"), [1, 5, 4, 2]),
  image("maxPool with stride 1 and pads", (x) => tf.maxPool(x, [2, 3], 1, 1), [1, 4, 4, 2]),
  image("avgPool", (x) => tf.avgPool(x, 2, 2, "valid"), [1, 4, 5, 2]),
  image("avgPool with cut windows", (x) => tf.avgPool(x, 3, 2, "same"), [1, 4, 5, 2]),
  image("avgPool with pads", (x) => tf.avgPool(x, 3, 2, 1), [1, 5, 4, 2]),
  image("global average", (x) => tf.layers.globalAveragePooling2d({}).apply(x) as tf.Tensor),
]

const resizings: readonly Row[] = [
  image("resizeNearestNeighbor, enlarged", (x) => tf.image.resizeNearestNeighbor(x, [6, 8])),
  image("resizeNearestNeighbor, uneven", (x) => tf.image.resizeNearestNeighbor(x, [5, 3])),
  image("resizeNearestNeighbor, half pixels", (x) => tf.image.resizeNearestNeighbor(x, [5, 7], false, true)),
  image("resizeNearestNeighbor, corners", (x) => tf.image.resizeNearestNeighbor(x, [5, 7], true)),
  image("resizeBilinear, enlarged", (x) => tf.image.resizeBilinear(x, [6, 8])),
  image("resizeBilinear, uneven", (x) => tf.image.resizeBilinear(x, [2, 7])),
  image("resizeBilinear, half pixels", (x) => tf.image.resizeBilinear(x, [5, 7], false, true)),
  image("resizeBilinear, corners", (x) => tf.image.resizeBilinear(x, [5, 3], true)),
]

const rearrangements: readonly Row[] = [
  image("mirrorPad, reflect", (x) => tf.mirrorPad(x, border(2, 1), "reflect")),
  image("mirrorPad, symmetric", (x) => tf.mirrorPad(x, border(1, 3), "symmetric")),
  image("pad", (x) => tf.pad(x, border(1, 2), 0.5)),
  image("slice", (x) => tf.slice(x, [0, 1, 1, 0], [2, 2, 2, 2])),
  image("stridedSlice", (x) => tf.stridedSlice(x, [0, 0, 1, 0], [2, 3, 4, 2], [1, 2, 2, 1])),
  matrix("stridedSlice, backwards and with masks", (x) => tf.stridedSlice(x, [2, 1], [0, 2], [-2, 2], 1, 3)),
  matrix("concat", (x) => tf.concat([x, tf.square(x)], 1)),
  matrix("stack", (x) => tf.stack([x, tf.square(x)], 1)),
  matrix("split", (x) => tf.mul(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))),
  matrix("unstack", (x) => tf.mul(...(tf.unstack(x, 1).slice(1, 3) as [tf.Tensor, tf.Tensor]))),
  matrix("gather", (x) => tf.gather(x, tf.tensor1d([2, 0, 2], "int32"), 1)),
  matrix("transpose", (x) => tf.transpose(x)),
  matrix("reverse", (x) => tf.reverse(x, 1)),
  matrix("tile", (x) => tf.tile(x, [2, 3])),
  matrix("broadcastTo", (x) => tf.broadcastTo(tf.expandDims(x, 1), [3, 2, 4])),
  image("depthToSpace", (x) => tf.depthToSpace(x, 2), [1, 2, 3, 4]),
  image("batchToSpaceND", (x) => tf.batchToSpaceND(x, [2, 2], border(0, 1).slice(1, 3)), [4, 2, 3, 1]),
  image("spaceToBatchND", (x) => tf.spaceToBatchND(x, [2, 2], border(1, 0).slice(1, 3)), [1, 3, 5, 2]),
  matrix("unsortedSegmentSum", (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1], "int32"), 2)),
]

const products: readonly Row[] = [
  operands("matMul", [3, 4], [4, 2], (a, b) => tf.matMul(a, b)),
  operands("matMul, both transposed", [4, 3], [2, 4], (a, b) => tf.matMul(a, b, true, true)),
  operands("matMul of batches", [2, 3, 4], [2, 4, 2], (a, b) => tf.matMul(a, b)),
  operands("matMul with a broadcast batch", [2, 3, 4], [1, 2, 4], (a, b) => tf.matMul(a, b, false, true)),
  operands("einsum", [2, 3, 4], [4, 2], (a, b) => tf.einsum("bij,jk->bki", a, b)),
  operands("einsum of attention", [2, 2, 3], [2, 4, 3], (a, b) => tf.einsum("bqd,bkd->bqk", a, b)),
  matrix("einsum of one", (x) => tf.einsum("ij->j", x)),
  operands("dot", [3, 4], [4], (a, b) => tf.dot(a, b)),
  operands("outerProduct", [3], [4], (a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D)),
]

/** Rows and columns of images that a border adds. */
function border(before: number, after: number): [number, number][] {
  return [
    [0, 0],
    [before, after],
    [after, before],
    [0, 0],
  ]
}

function operands(
  name: string,
  a: number[],
  b: number[],
  apply: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
): Row {
  return { name, shapes: [a, b], apply: (x, y) => apply(x!, y!) }
}

/** Every operation that is safe to differentiate twice, as a differentiable function of its inputs. */
export const operations: readonly Row[] = [
  ...activations,
  ...functions,
  ...pairs,
  ...reductions,
  ...norms,
  ...convolutions,
  ...poolings,
  ...resizings,
  ...rearrangements,
  ...products,
]
