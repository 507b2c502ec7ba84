import { describe, test } from "vitest"
import * as tf from "../../tf.ts"
import { expectAgreement } from "../testing/expectAgreement.ts"

type Random = (...shape: number[]) => tf.Tensor

/** Tensors of shape [2, 3, 4, 4] that the engine holds in different ways. */
const holdings: Record<string, (random: Random) => tf.Tensor> = {
  "in logical order": (random) => random(2, 3, 4, 4),
  "in another order": (random) => tf.transpose(random(2, 4, 3, 4).mul(1.5), [0, 2, 3, 1]),
  "once for repeated numbers": (random) => tf.tile(random(2, 1, 4, 1).mul(2), [1, 3, 1, 4]),
  "once for repeated numbers, in another order": (random) =>
    tf.transpose(tf.tile(random(4, 1, 4, 2).mul(2), [1, 3, 1, 1]), [3, 1, 2, 0]),
  "as one number": () => tf.fill([2, 3, 4, 4], 0.75),
}

type Use = (x: tf.Tensor4D, random: Random) => tf.Tensor | tf.Tensor[]

const whole = (x: tf.Tensor) => tf.cast(x.mul(5), "int32")
const indices = (values: number[], shape: number[]) => whole(tf.tensor(values, shape).div(5).add(0.05))

const uses: Record<string, Use> = {
  arithmetic: (x, random) => [x.add(random(4)), random(3, 1, 1).sub(x), x.squaredDifference(random(1, 4, 1))],
  "integer arithmetic": (x, random) => [
    whole(x).mul(whole(random(4))),
    tf.floorDiv(x, random(4, 4)),
    tf.mod(whole(x), whole(random(2, 1, 1, 1))),
    whole(x).neg().clipByValue(-2, 3),
  ],
  flags: (x, random) => [
    x.greater(random(4)).logicalNot(),
    tf.isFinite(x),
    x.less(0).any(1),
    x.less(1).all([0, 3]),
  ],
  choices: (x, random) => [
    tf.where(x.greater(random(4)), x, random(3, 1, 1)),
    tf.where(x.less(0.5), whole(x), whole(random(4))),
  ],
  functions: (x, random) => [tf.expm1(x), tf.selu(x), tf.atan2(x, random(4)), tf.sinh(x), tf.atan(x)],
  casts: (x) => [tf.cast(x.mul(3), "int32"), tf.cast(x, "bool"), tf.cast(x.greater(0), "float32")],
  reductions: (x) => [
    tf.sum(x, 3),
    tf.mean(whole(x), [0, 2]),
    tf.max(x, 1),
    tf.prod(x, [1]),
    tf.sum(whole(x), 1, true),
  ],
  extrema: (x) => [tf.argMax(x, 3), tf.argMin(x, 1), tf.topk(x, 3).values, tf.topk(x, 3).indices],
  totals: (x) => [tf.cumsum(x, 1), tf.cumsum(whole(x), 3, true, true), tf.cumprod(x, 2)],
  normalisation: (x, random) => [
    tf.softmax(x),
    tf.batchNorm(x, random(4) as tf.Tensor1D, tf.abs(random(4)) as tf.Tensor1D),
  ],
  cuts: (x) => [
    tf.slice(x, [0, 1, 0, 2], [2, 2, 3, 1]),
    tf.stridedSlice(x, [1, 2, 3, 0], [-3, -4, 0, 4], [-1, -1, -2, 3]),
    ...tf.split(x, [1, 2], 1),
    ...tf.unstack(x, 3),
    tf.reverse(x, [1, 3]),
  ],
  joints: (x, random) => [
    tf.concat([x, random(2, 3, 2, 4), x], 2),
    tf.stack([x, random(2, 3, 4, 4)], 2),
    tf.tile(x, [1, 2, 2, 1]),
  ],
  borders: (x) => {
    const borders = [
      [0, 0],
      [1, 2],
      [2, 0],
      [0, 1],
    ] as [number, number][]
    return [tf.pad(x, borders, 2), tf.mirrorPad(x, borders, "reflect"), tf.mirrorPad(x, borders, "symmetric")]
  },
  blocks: (x) => [
    tf.depthToSpace(x, 2),
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [1, 0],
        [0, 0],
      ],
    ),
    tf.batchToSpaceND(x, [2], [[1, 2]]),
  ],
  gathers: (x) => [
    tf.gather(x, indices([2, 0], [2]), 1),
    tf.gather(x, indices([3, 1, 0, 2], [2, 2]), 3, 1),
    tf.gatherND(x, indices([1, 2, 0, 0], [2, 2])),
    tf.oneHot(tf.cast(x, "int32"), 3),
    tf.gather(tf.range(0, 9), tf.cast(tf.abs(x), "int32")),
  ],
  scatters: (x, random) => [
    tf.scatterND(indices([2, 0], [2, 1]), x, [4, 3, 4, 4]),
    tf.tensorScatterUpdate(x.add(0), indices([1], [1, 1]), random(1, 3, 4, 4)),
    tf.unsortedSegmentSum(x, indices([1, 1], [2]) as tf.Tensor1D, 3),
  ],
  resizes: (x) => [
    tf.image.resizeNearestNeighbor(x, [6, 8]),
    tf.image.resizeNearestNeighbor(x, [5, 2], true),
    tf.image.resizeBilinear(x, [5, 7], false, true),
    ...(["ResizeNearestNeighborGrad", "ResizeBilinearGrad"] as const).map(
      (kernel) =>
        tf
          .engine()
          .runKernel(
            kernel,
            { images: tf.zeros([1, 2, 2, 4]), dy: tf.slice(x, [1, 0, 0, 0], [1, 3, 4, 4]) },
            { alignCorners: false },
          ) as tf.Tensor,
    ),
  ],
  "sums of products": (x, random) => [
    tf.einsum("bhwc,cd->bdhw", x, random(4, 3)),
    tf.diag(tf.slice(x, 0, 1).squeeze([0]).mean(2)),
  ],
}

describe.each(Object.entries(holdings))("a tensor held %s is read right by", (_, hold) => {
  test.each(Object.entries(uses))("%s", async (_name, use) => {
    await expectAgreement((random) => use(hold(random) as tf.Tensor4D, random), 1e-5)
  })
})

test("a vector that only a constant gives more axes has them for every kernel that follows", async () => {
  await expectAgreement((random) => {
    const [flat, tall] = [tf.fill([1, 3], 2).mul(random(3)), tf.fill([2, 3], 2).mul(random(3))]
    return [flat, tall].flatMap((x) => [
      tf.concat([x, random(1, 3)], 0),
      tf.gather(x, indices([0], [1]), 0),
      tf.cumsum(x, 1),
      tf.pad(x, [
        [1, 1],
        [0, 2],
      ]),
      tf.sum(x, 1),
      tf.concat([tf.mod(tf.fill([1, 3], 2), random(3)), x], 0),
    ])
  })
})
