import * as tf from "@saddlepoint/engine/tf"
import * as Schema from "effect/Schema"
import { beforeAll, expect, test } from "vitest"
import {
  convolutionalStart,
  convolutionConnections,
  type Initialisation,
  initialisationOption,
  initialisations,
  layerStart,
  transposedConnections,
} from "./initialisation.ts"
import { initialiser } from "./seededInitialiser.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

const layer = { seed: 5, player: "generator", variable: "down1" }

function deviation(chosen: Initialisation, connections: Parameters<typeof layerStart>[2]): number {
  return tf.tidy(() => {
    const { kernel } = layerStart(layer, chosen, connections)
    return Math.sqrt(tf.moments(initialiser(kernel).apply([100, 300])).variance.dataSync()[0]!)
  })
}

test("each name is its paper's deviation", () => {
  const connections = { in: 50, out: 200, slope: 0.2 }
  expect(deviation("he", connections)).toBeCloseTo(Math.sqrt(2 / 1.04 / 50), 2)
  expect(deviation("lecun", connections)).toBeCloseTo(Math.sqrt(1 / 50), 2)
  expect(deviation("xavier", connections)).toBeCloseTo(Math.sqrt(2 / 250), 2)
  // Uniform within 1 / sqrt(in), whose variance is a third of the bound's square.
  expect(deviation("pytorch", connections)).toBeCloseTo(Math.sqrt(1 / 3 / 50), 2)
  expect(deviation({ normal: 0.02 }, connections)).toBeCloseTo(0.02, 3)
  // Orthonormal columns have as many rows as there are squares to sum up to 1: here 100 rows of 300 columns.
  expect(deviation("orthogonal", connections)).toBeCloseTo(Math.sqrt(2 / 1.04 / 300), 2)
})

test("what no ReLU follows has no gain", () => {
  expect(deviation("he", { in: 50, out: 200 })).toBeCloseTo(Math.sqrt(1 / 50), 2)
})

test("a transposed convolution sums up a share of its kernel, but PyTorch counts what goes out", () => {
  expect(convolutionConnections(3, 8, 4)).toEqual({ in: 72, out: 36 })
  expect(transposedConnections({ kernel: 4, stride: 2 }, 8, 4)).toEqual({ in: 32, out: 64, pytorch: 64 })
  const { kernel } = layerStart(layer, "pytorch", transposedConnections({ kernel: 4, stride: 2 }, 8, 4))
  const values = initialiser(kernel).apply([10_000]).dataSync()
  expect(Math.max(...values)).toBeCloseTo(1 / 8, 3)
})

test("biases start at 0 but for PyTorch's, which have a stream of their own", () => {
  for (const chosen of [...initialisations, { normal: 0.02 }] as const) {
    const { bias } = layerStart(layer, chosen, { in: 4, out: 4 })
    expect(bias === undefined).toBe(chosen !== "pytorch")
  }
  const { kernel, bias } = layerStart(layer, "pytorch", { in: 4, out: 4 })
  expect([kernel.config.variable.name, bias!.config.variable.name]).toEqual(["down1/kernel", "down1/bias"])
})

test("auto is N(0, 0.02) beside a norm and he without; what is chosen is taken", () => {
  expect(convolutionalStart("auto", "none")).toBe("he")
  for (const norm of ["batch", "instance", "layer"] as const) {
    expect(convolutionalStart("auto", norm)).toEqual({ normal: 0.02 })
  }
  expect(convolutionalStart("xavier", "batch")).toBe("xavier")
})

test("the option takes names and deviations above 0, and is auto where left out", () => {
  const decode = Schema.decodeUnknownSync(Schema.Struct({ initialisation: initialisationOption }) as never)
  expect(decode({})).toEqual({ initialisation: "auto" })
  expect(decode({ initialisation: { normal: 0.1 } })).toEqual({ initialisation: { normal: 0.1 } })
  for (const wrong of ["kaiming", 0.02, { normal: 0 }]) {
    expect(() => decode({ initialisation: wrong })).toThrow()
  }
})
