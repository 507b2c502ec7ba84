import { openEngine } from "@saddlepoint/engine"
import type { Engine } from "@saddlepoint/engine/engine"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { stagesOf } from "../contracts/method.ts"
import { resolve } from "../declare/decode/resolve.ts"
import { exactResume } from "../laws/exactResume.ts"
import { inOrder } from "../laws/inOrder.ts"
import { methods } from "./catalogue.ts"
import { datasetOf, instanceOf, plugins } from "./testing/instances.ts"

let engine: Engine
beforeAll(async () => {
  engine = await openEngine({ device: "onnx", threads: 1 })
})
afterAll(() => engine.dispose())

describe.each(methods.map(({ name }) => name))("%s", (name) => {
  test("a trial that is killed after any step and resumed ends with the same bits", async () => {
    const method = resolve("method", instanceOf(name), plugins)
    const dataset = await datasetOf(name).open()
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 8 }), async (stop) => {
        const { undisturbed, resumed } = await exactResume(
          { stages: () => stagesOf(method, dataset), seed: 5, steps: 8, engine, openLoader: inOrder },
          stop,
        )
        expect(resumed).toEqual(undisturbed)
      }),
      { numRuns: 3 },
    )
  })
})
