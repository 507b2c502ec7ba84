import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import { makePatchGan, patchGanTable } from "../../models/patchGan.ts"
import type { NetworkLayer, RecordedTensor } from "../format/trajectory.ts"
import { layeredNetwork } from "./layerTable.ts"
import { pairedPlaces } from "./pairing.ts"
import { layeredPlayer, recordedPlayer, recordedValues, renamed, withoutAverages } from "./recordedPlayer.ts"

beforeAll(async () => {
  await tf.setBackend("cpu")
})

/** A record of tensors whose values count on from 0.01 in steps of 0.01. */
function counted(shapes: Readonly<Record<string, readonly number[]>>) {
  return {
    name: "counted",
    tensor(name: string): RecordedTensor {
      const shape = shapes[name]!
      const size = shape.reduce((product, side) => product * side, 1)
      return { shape, values: Float32Array.from({ length: size }, (_, i) => (i + 1) / 100) }
    },
  }
}

const convolution: NetworkLayer = {
  name: "0",
  type: "Conv2d",
  in_channels: 2,
  out_channels: 3,
  kernel_size: [2, 2],
  stride: [1, 1],
  padding: [0, 0],
  tensors: { weight: "0.weight", bias: "0.bias" },
}
const dense: NetworkLayer = {
  name: "3",
  type: "Linear",
  in_features: 12,
  out_features: 2,
  tensors: { weight: "3.weight", bias: "3.bias" },
}
const layers: readonly NetworkLayer[] = [
  convolution,
  { name: "1", type: "ReLU" },
  { name: "2", type: "Flatten" },
  dense,
  { name: "4", type: "Sigmoid" },
]
const shapes = { "0.weight": [3, 2, 2, 2], "0.bias": [3], "3.weight": [2, 12], "3.bias": [2] }

/** Convolution, ReLU, flattening by channel and a dense layer on an image of 2 x 3 x 3, written out in PyTorch's order. */
function plainly(image: Float32Array, record: ReturnType<typeof counted>): number[] {
  const [weight, bias, rows, offsets] = ["0.weight", "0.bias", "3.weight", "3.bias"].map(
    (name) => record.tensor(name).values,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const hidden: number[] = []
  for (let o = 0; o < 3; o++) {
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 2; x++) {
        let sum = bias[o]!
        for (let i = 0; i < 2; i++) {
          for (let dy = 0; dy < 2; dy++) {
            for (let dx = 0; dx < 2; dx++) {
              sum += weight[((o * 2 + i) * 2 + dy) * 2 + dx]! * image[(i * 3 + y + dy) * 3 + x + dx]!
            }
          }
        }
        hidden.push(Math.max(0, sum))
      }
    }
  }
  return [0, 1].map((row) => hidden.reduce((sum, h, at) => sum + h * rows[row * 12 + at]!, offsets[row]!))
}

test("a layered network computes what its record says, and ends before what belongs to the loss", () => {
  const record = counted(shapes)
  const player = layeredPlayer(record, layeredNetwork(layers, { input: [3, 3, 2] }, "net"), "image", "scores")
  const planes = Float32Array.from({ length: 18 }, (_, i) => Math.sin(i))
  const pixels = tf.transpose(tf.tensor(planes, [1, 2, 3, 3]), [0, 2, 3, 1])
  const scores = Array.from(player.apply({ image: pixels }, "train").scores!.dataSync())
  for (const [at, wanted] of plainly(planes, record).entries()) expect(scores[at]).toBeCloseTo(wanted, 5)
  player.dispose()
})

test("what was started from a record is read back as it was, under other names where it was renamed", async () => {
  const record = counted(shapes)
  const player = layeredPlayer(record, layeredNetwork(layers, { input: [3, 3, 2] }, "net"), "image", "scores")
  const read = await recordedValues([renamed(player, "3.", "other.")])
  expect(Object.keys(read).sort()).toEqual(["0.bias", "0.weight", "other.bias", "other.weight"])
  expect(read["0.weight"]).toEqual(record.tensor("0.weight").values)
  expect(read["other.weight"]).toEqual(record.tensor("3.weight").values)
  player.dispose()
})

test("what the authors' network has not does nothing, and is no move's to train", () => {
  const rows = patchGanTable({ receptiveField: 1, width: 2 }, 3)
  const norm: NetworkLayer = { name: "n", type: "InstanceNorm2d", num_features: 4, affine: false }
  const recorded = rows.map(
    (row): NetworkLayer => ({
      name: row.name,
      type: "Conv2d",
      in_channels: row.inputs,
      out_channels: row.channels,
      kernel_size: 1,
      tensors:
        row.name === "conv2"
          ? { weight: "conv2.weight" }
          : { weight: `${row.name}.weight`, bias: `${row.name}.bias` },
    }),
  )
  const table = [recorded[0]!, recorded[1]!, norm, recorded[2]!]
  const record = counted(
    Object.fromEntries(
      rows.flatMap(({ name, inputs, channels }) => [
        [`${name}.weight`, [channels, inputs, 1, 1]],
        [`${name}.bias`, [channels]],
      ]),
    ),
  )
  const image = { shape: [2, 2, 3], dtype: "float32" } as const
  const model = makePatchGan({ receptiveField: 1, width: 2, norm: "instance", conditional: false })
  const own = model.player("d", { inputs: { image } }, 1)
  const player = recordedPlayer(
    record,
    own,
    pairedPlaces(
      table,
      rows.map(({ name }) => name),
    ),
  )
  const variables = ["conv1/kernel", "conv1/bias", "conv2/kernel", "conv3/kernel", "conv3/bias"]
  expect(Object.keys(player.variables)).toEqual(variables)
  const still = (name: string) => Array.from(player.state[name]!.dataSync())
  expect(still("conv2/bias")).toEqual([0, 0, 0, 0])
  expect(still("conv2/norm/gamma")).toEqual([1, 1, 1, 1])
  expect(still("conv2/norm/beta")).toEqual([0, 0, 0, 0])
  player.dispose()
})

test("records that do not fit are refused in one sentence", () => {
  const network = (shape: readonly number[]) => () =>
    layeredPlayer(
      counted({ ...shapes, "3.weight": shape }),
      layeredNetwork([{ ...dense, in_features: 5 }], { input: [12] }, "net"),
      "features",
      "scores",
    )
  expect(network([2, 5])).toThrow(
    "Expected 3.weight of the case counted as 3/kernel of shape [12,2], but it is [5,2].",
  )
  expect(() => layeredNetwork([{ name: "5", type: "GRU" }], { input: [3] }, "net")).toThrow(
    "Expected a layer that this repository has, but 5 is GRU; compare it by other means.",
  )
  const odd = { ...convolution, type: "ConvTranspose2d", kernel_size: 3, stride: 3, output_padding: 2 }
  expect(() => layeredNetwork([odd], { input: [3, 3, 2] }, "net")).toThrow(
    "Expected a transposed convolution that this repository has, but 0 is 3x3 of stride 3, padding 0 and output padding 2.",
  )
  expect(() => pairedPlaces(layers, ["conv1"])).toThrow(
    "Expected a network of 1 layers with kernels (conv1), but 2 are on record.",
  )
  const { "0/bias": _, ...places } = layeredNetwork([convolution], { input: [3, 3, 2] }, "net").places
  const { model } = layeredNetwork([convolution], { input: [3, 3, 2] }, "net")
  expect(() =>
    layeredPlayer(counted(shapes), { model, places: { "1/kernel": places["0/kernel"]! } }, "image", "scores"),
  ).toThrow("Expected a recorded tensor for 0/kernel in the case counted, but there is none.")
})

test("moving averages of one network are taken out by name", () => {
  const values = { "G.1.running_mean": 1, "G.1.weight": 2, "D.1.running_var": 3 }
  expect(withoutAverages(values, "G.")).toEqual({ "G.1.weight": 2, "D.1.running_var": 3 })
})
