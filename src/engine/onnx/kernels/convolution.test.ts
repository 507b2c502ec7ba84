import fc from "fast-check"
import { expect, test } from "vitest"
import * as tf from "../../tf.ts"
import { agreement, type Make } from "../testing/agreement.ts"

type Padding = "same" | "valid" | tf.backend_util.ExplicitPadding

async function expectAgreement(make: Make, tolerance = 5e-6): Promise<void> {
  const found = await agreement(make)
  expect(found.actual).toBe(found.expected)
  expect(found.difference).toBeLessThanOrEqual(tolerance)
  expect(found.fallbacks).toEqual({})
}

const size = fc.integer({ min: 5, max: 9 })
const kernel = fc.integer({ min: 1, max: 5 })
const stride = fc.integer({ min: 1, max: 3 })
const explicit = fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)).map(
  ([t, b, l, r]): Padding => [
    [0, 0],
    [t, b],
    [l, r],
    [0, 0],
  ],
)
const padding = fc.oneof(fc.constantFrom<Padding>("same", "valid"), explicit)
const channels = fc.integer({ min: 1, max: 3 })

function value(x: tf.Tensor, random: (...shape: number[]) => tf.Tensor): tf.Scalar {
  // A gradient that differs at every output.
  return tf.sum(tf.mul(x, random(...x.shape)))
}

test("conv2d and both its gradients agree with the CPU backend for all geometries", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(size, size, kernel, kernel, stride, padding, channels, channels),
      async ([h, w, kh, kw, s, pad, cin, cout]) => {
        await expectAgreement((random) => {
          const x = random(2, h, w, cin) as tf.Tensor4D
          const filter = random(kh, kw, cin, cout) as tf.Tensor4D
          const loss = (x: tf.Tensor, f: tf.Tensor) =>
            value(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, s, pad), random)
          return [tf.conv2d(x, filter, s, pad), ...tf.grads(loss)([x, filter])]
        })
      },
    ),
    { numRuns: 60, seed: 1 },
  )
})

/** Forward convolution and both gradients; products of many numbers, so that the order of sums shows. */
async function expectConvolution(
  [batch, h, w, kh, kw, s, pad, cin, cout]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
    Padding,
    number,
    number,
  ],
  tolerance: number,
): Promise<void> {
  await expectAgreement((random) => {
    const x = random(batch, h, w, cin) as tf.Tensor4D
    const filter = random(kh, kw, cin, cout) as tf.Tensor4D
    const loss = (x: tf.Tensor, f: tf.Tensor) =>
      value(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, s, pad), random)
    return [tf.conv2d(x, filter, s, pad), ...tf.grads(loss)([x, filter])]
  }, tolerance)
}

test("stride-1 convolutions of few to many and many to few channels agree with the CPU backend", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(
        fc.integer({ min: 1, max: 3 }),
        size,
        size,
        kernel,
        kernel,
        fc.constant(1),
        padding,
        fc.constantFrom(1, 3, 4, 9),
        fc.constantFrom(1, 2, 5),
      ),
      (geometry) => expectConvolution(geometry, 2e-5),
    ),
    { numRuns: 60, seed: 5 },
  )
})

test("convolutions in blocks of channels agree with the CPU backend", async () => {
  const side = fc.integer({ min: 16, max: 18 })
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(
        fc.constant(3),
        side,
        side,
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 2 }),
        padding,
        fc.constantFrom(3, 4, 16, 32),
        fc.constantFrom(3, 16, 32),
      ),
      (geometry) => expectConvolution(geometry, 1e-4),
    ),
    { numRuns: 25, seed: 7 },
  )
})

test("filter gradients over many images agree with the CPU backend, and so do filters moved along them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(
        fc.constantFrom(4, 32),
        size,
        size,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 2, max: 3 }),
        padding,
        fc.constantFrom(3, 16),
      ),
      async ([batch, h, w, kh, kw, pad, cin]) => {
        await expectAgreement((random) => {
          const x = random(batch, h, w, cin) as tf.Tensor4D
          const filter = random(kh, kw, cin, 16) as tf.Tensor4D
          const apply = (f: tf.Tensor) => tf.conv2d(x, f as tf.Tensor4D, 1, pad)
          const gradient = tf.grad((f) => value(apply(f), random))(filter)
          // The moved filter is held in whatever order its gradient came in.
          return [gradient, apply(tf.sub(filter, tf.mul(gradient, 0.01)))]
        }, 1e-4)
      },
    ),
    { numRuns: 25, seed: 8 },
  )
})

test("convolutions with large filters on small images agree with the CPU backend", async () => {
  const side = fc.integer({ min: 1, max: 6 })
  await fc.assert(
    fc.asyncProperty(
      fc
        .tuple(
          fc.integer({ min: 1, max: 3 }),
          side,
          side,
          fc.integer({ min: 3, max: 4 }),
          fc.integer({ min: 2, max: 4 }),
          fc.integer({ min: 1, max: 3 }),
          padding,
          fc.constantFrom(64, 71),
          fc.constantFrom(128, 131),
        )
        .filter(([, h, w, kh, kw]) => h >= kh && w >= kw),
      (geometry) => expectConvolution(geometry, 1e-4),
    ),
    { numRuns: 12, seed: 6 },
  )
  // As in the deepest levels of a U-Net.
  await expectConvolution([4, 4, 4, 4, 4, 2, "same", 64, 64], 1e-4)
  await expectConvolution([4, 2, 2, 4, 4, 2, "same", 64, 64], 1e-4)
})

test("conv2dTranspose and its gradients agree with the CPU backend for every remainder", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.integer({ min: 2, max: 4 }), kernel, stride, fc.boolean(), fc.nat(2), fc.nat(2), channels),
      async ([h, k, s, same, moreRows, moreColumns, cin]) => {
        // Every output size whose forward convolution gives h rows back.
        const extent = (more: number) => (same ? (h - 1) * s + 1 : (h - 1) * s + k) + Math.min(more, s - 1)
        const shape: [number, number, number, number] = [2, extent(moreRows), extent(moreColumns), 2]
        const pad = same ? "same" : "valid"
        await expectAgreement((random) => {
          const x = random(2, h, h, cin)
          const filter = random(k, k, 2, cin)
          const apply = (x: tf.Tensor, f: tf.Tensor) =>
            tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, shape, s, pad)
          return [apply(x, filter), ...tf.grads((x, f) => value(apply(x!, f!), random))([x, filter])]
        })
      },
    ),
    { numRuns: 60, seed: 2 },
  )
})

test("conv2dTranspose to a shape that its strides do not give is left to the CPU code", async () => {
  // tfjs-core's own suite has this case: 8x8 from 4x4 with stride 1.
  const found = await agreement((random) =>
    tf.conv2dTranspose(
      random(1, 4, 4, 1) as tf.Tensor4D,
      random(2, 2, 1, 1) as tf.Tensor4D,
      [1, 8, 8, 1],
      1,
      "same",
    ),
  )
  expect(found.fallbacks).toEqual({ Conv2DBackpropInput: 1 })
})

test("depthwise convolution and its gradients agree with the CPU backend", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(
        size,
        size,
        kernel,
        stride,
        fc.constantFrom("same" as const, "valid" as const),
        channels,
        channels,
      ),
      async ([h, w, k, s, pad, cin, multiplier]) => {
        await expectAgreement((random) => {
          const x = random(2, h, w, cin) as tf.Tensor4D
          const filter = random(k, k, cin, multiplier) as tf.Tensor4D
          const apply = (x: tf.Tensor, f: tf.Tensor) =>
            tf.depthwiseConv2d(x as tf.Tensor4D, f as tf.Tensor4D, s, pad)
          return [apply(x, filter), ...tf.grads((x, f) => value(apply(x!, f!), random))([x, filter])]
        })
      },
    ),
    { numRuns: 25, seed: 3 },
  )
})

test("convolution with dilation, grouped channels or another data format is right, recorded or not", async () => {
  const found = await agreement((random) => [
    tf.conv2d(random(1, 9, 9, 2) as tf.Tensor4D, random(3, 3, 2, 3) as tf.Tensor4D, 1, "same", "NHWC", 2),
    tf.conv2d(
      random(1, 9, 9, 2) as tf.Tensor4D,
      random(3, 3, 2, 3) as tf.Tensor4D,
      1,
      "valid",
      "NHWC",
      [1, 3],
    ),
    tf.conv2d(random(1, 2, 9, 9) as tf.Tensor4D, random(3, 3, 2, 3) as tf.Tensor4D, 1, "same", "NCHW"),
    tf.conv2d(random(1, 7, 7, 2) as tf.Tensor4D, random(3, 3, 2, 3) as tf.Tensor4D, 2, 1, "NHWC", 1, "ceil"),
  ])
  expect(found.actual).toBe(found.expected)
  expect(found.difference).toBeLessThan(5e-6)
})

test("fused convolutions with bias and activation agree with the CPU backend", async () => {
  await expectAgreement((random) => {
    const x = random(2, 6, 7, 3) as tf.Tensor4D
    const filter = random(3, 3, 3, 4) as tf.Tensor4D
    const bias = random(4)
    const activations = ["linear", "relu", "relu6", "sigmoid", "elu", "leakyrelu"] as const
    const depthwise = random(3, 3, 3, 2) as tf.Tensor4D
    const more = { bias: random(6), strides: 2, pad: "same" } as const
    const alpha = random(1, 1, 4)
    return [
      ...activations.map((activation) =>
        tf.fused.conv2d({ x, filter, bias, strides: 2, pad: "same", activation, leakyreluAlpha: 0.2 }),
      ),
      tf.fused.conv2d({
        x,
        filter,
        bias,
        strides: 1,
        pad: "same",
        activation: "prelu",
        preluActivationWeights: alpha,
      }),
      tf.fused.depthwiseConv2d({ x, filter: depthwise, ...more, activation: "relu" }),
    ]
  })
})

test("pooling and its gradients agree with the CPU backend, ties included", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(
        size,
        size,
        fc.integer({ min: 1, max: 4 }),
        stride,
        fc.constantFrom("same" as const, "valid" as const),
      ),
      async ([h, w, k, s, pad]) => {
        await expectAgreement((random) => {
          // Few distinct numbers, so that many windows hold their maximum twice.
          const x = tf.floor(random(2, h, w, 2)) as tf.Tensor4D
          const max = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, k, s, pad)
          const avg = (x: tf.Tensor) => tf.avgPool(x as tf.Tensor4D, k, s, pad)
          return [
            max(x),
            avg(x),
            tf.grad((x) => value(max(x), random))(x),
            tf.grad((x) => value(avg(x), random))(x),
          ]
        })
      },
    ),
    { numRuns: 40, seed: 4 },
  )
})

test("resizing and its gradients agree with the CPU backend", async () => {
  const options = [
    [false, false],
    [true, false],
    [false, true],
  ] as const
  for (const [alignCorners, halfPixels] of options) {
    for (const target of [
      [8, 8],
      [12, 4],
      [3, 3],
      [7, 5],
      [1, 1],
    ] as [number, number][]) {
      await expectAgreement((random) => {
        const x = random(2, 4, 4, 3) as tf.Tensor4D
        return [
          tf.image.resizeBilinear(x, target, alignCorners, halfPixels),
          tf.image.resizeNearestNeighbor(x, target, alignCorners, halfPixels),
        ]
      })
    }
  }
  await expectAgreement((random) => {
    const x = random(2, 4, 4, 3) as tf.Tensor4D
    const bilinear = (align: boolean) => (x: tf.Tensor) =>
      value(tf.image.resizeBilinear(x as tf.Tensor4D, [8, 8], align), random)
    const nearest = (x: tf.Tensor) => value(tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [8, 12]), random)
    return [tf.grad(bilinear(false))(x), tf.grad(bilinear(true))(x), tf.grad(nearest)(x)]
  })
})
