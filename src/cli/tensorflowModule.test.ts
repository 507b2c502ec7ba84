import { createRequire } from "node:module"
import { expect, test } from "vitest"
import { tensorflowNames } from "./tensorflowModule.mjs"

test("the names that the module hook gives to TensorFlow.js are all that it exports", () => {
  const tfjs = createRequire(import.meta.resolve("@saddlepoint/engine/tf"))("@tensorflow/tfjs") as object
  const names = tensorflowNames.split(",").map((name) => name.trim())
  expect(names).toEqual(
    Object.keys(tfjs)
      .filter((name) => name !== "default")
      .sort(),
  )
})
