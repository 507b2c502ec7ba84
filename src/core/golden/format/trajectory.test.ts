import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { writtenCase } from "../testing/writtenCase.ts"
import { readTrajectory } from "./trajectory.ts"

let parent: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "saddlepoint-trajectory-"))
})
afterEach(() => rm(parent, { recursive: true }))

const tensors = {
  "net.0.weight": { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
  "data.labels": { shape: [2], values: [7, -1], dtype: "int32" },
  "net.0.bias": { shape: [2], values: [0.5, -0.25] },
} as const

test("tensors are read by name, in their shapes and dtypes, wherever they lie in the file", async () => {
  const recorded = await readTrajectory(await writtenCase(parent, "tiny", { tensors }))
  expect(recorded.tensors).toEqual(Object.keys(tensors))
  expect(recorded.tensor("net.0.weight")).toEqual({
    shape: [2, 3],
    values: Float32Array.of(1, 2, 3, 4, 5, 6),
  })
  expect(recorded.tensor("data.labels")).toEqual({ shape: [2], values: Int32Array.of(7, -1) })
  expect(recorded.tensor("net.0.bias").values).toEqual(Float32Array.of(0.5, -0.25))
  expect(() => recorded.tensor("net.9.bias")).toThrow(
    "Expected a tensor net.9.bias in the case tiny, but it has none.",
  )
})

test("networks are read where they are lists of layers, and refused in one sentence where they are not", async () => {
  const layers = [
    { name: "0", type: "Linear", in_features: 3, out_features: 2, tensors: { weight: "net.0.weight" } },
  ]
  const more = { networks: { net: { forward: "in words", layers }, told: { forward: "in words" } } }
  const recorded = await readTrajectory(await writtenCase(parent, "tiny", { tensors, more }))
  expect(recorded.layers("net")).toEqual(layers)
  for (const name of ["told", "nobody"]) {
    expect(() => recorded.layers(name)).toThrow(
      new RegExp(
        `^Expected the layers of ${name} in the case tiny, but it cannot be read \\(.+\\); copy the folder again\\.$`,
      ),
    )
  }
})

test("a file of tensors that is cut off is refused, with the tensor that it cuts", async () => {
  const folder = await writtenCase(parent, "tiny", { tensors })
  await writeFile(join(folder, "tensors.bin"), new Uint8Array(39))
  await expect(readTrajectory(folder)).rejects.toThrow(
    "Expected tensors.bin of tiny to hold net.0.bias [2] up to byte 40, but it has 39; copy the folder again.",
  )
})

test("a case that is no JSON, or lacks what every case has, is refused in one sentence", async () => {
  const folder = await writtenCase(parent, "tiny", { tensors })
  for (const text of ['{"name": "tiny"', '{"name": "tiny"}', "[]"]) {
    await writeFile(join(folder, "case.json"), text)
    await expect(readTrajectory(folder)).rejects.toThrow(
      /^Expected a recorded case in .+case\.json, but it cannot be read/,
    )
  }
})
