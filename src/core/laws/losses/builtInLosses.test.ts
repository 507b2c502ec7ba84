import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { losses } from "../../losses/catalogue.ts"
import { checkLaws } from "../checkLaws.ts"
import { lawsOf } from "../lawsOf.ts"

describe("on TensorFlow.js's CPU backend", () => {
  beforeAll(async () => {
    await openEngine({ device: "js" })
  })

  for (const law of losses.flatMap(lawsOf)) {
    // A first look: `saddlepoint laws` tries each a hundred times, and a run of `steady` has thirty calls
    const runs = law.law === "steady" ? 2 : 8
    test(law.title, () => law.verify({ runs, seed: 7 }))
  }

  test("every fact that a law needs is declared, or the law is declined", () => {
    expect(losses.flatMap(lawsOf).filter(({ title }) => title.includes("unchecked"))).toEqual([])
  })

  test("checking laws leaves no tensor behind", async () => {
    const before = tf.memory().numTensors
    await checkLaws(losses, { runs: 1 })
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe("on the best engine of this machine", () => {
  let close = () => {}
  beforeAll(async () => {
    const engine = await openEngine({ device: "auto" })
    close = () => engine.dispose()
  })
  afterAll(() => close())

  test("every loss keeps every law", async () => {
    const { checked, failed } = await checkLaws(losses, { runs: 1, seed: 11 })
    expect(checked.flatMap(({ laws }) => laws.filter(({ status }) => status === "failed"))).toEqual([])
    expect(failed).toBe(0)
  })
})
