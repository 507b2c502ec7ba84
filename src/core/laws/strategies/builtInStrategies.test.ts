import { readFile } from "node:fs/promises"
import { openEngine } from "@saddlepoint/engine"
import * as tf from "@saddlepoint/engine/tf"
import { beforeAll, expect, test } from "vitest"
import type { Use } from "../../contracts/plugin.ts"
import { adversarial } from "../../losses/adversarial.ts"
import { crossEntropy } from "../../losses/crossEntropy.ts"
import { dann } from "../../methods/adaptation/dann.ts"
import { methods } from "../../methods/catalogue.ts"
import { lawsOf } from "../lawsOf.ts"
import { strategiesToCheck } from "./builtInStrategies.ts"
import { strategiesOf } from "./strategy.ts"
import { twoDomains } from "./twoDomains.ts"

beforeAll(async () => {
  await openEngine({ device: "js" })
})

for (const law of strategiesToCheck.flatMap(lawsOf)) {
  test(`${law.title} holds, or is told why it says nothing`, async () => {
    const report = await law.run({ runs: 1, seed: 7 })
    expect(report.status === "passed" || report.reason !== undefined ? "kept" : report).toBe("kept")
  })
}

test("every method of adaptation is checked, and no other", async () => {
  // A strategy that the laws have no parts for would count as none: the catalogue's imports say which there are.
  const catalogue = await readFile(new URL("../../methods/catalogue.ts", import.meta.url), "utf8")
  const plugins = [...catalogue.matchAll(/import \{ (\w+) \} from "\.\/adaptation\//g)].map(
    ([, name]) => name!,
  )
  const checked = strategiesToCheck.map(({ name }) => `${name}Plugin`)
  expect(checked.toSorted()).toEqual(plugins.toSorted())
  expect(methods.length).toBeGreaterThan(checked.length)
  for (const strategy of strategiesToCheck.flatMap(strategiesOf)) {
    expect(strategy.build({ seed: 0, shift: 0, noisyLabels: false }).answers).toBe("classes")
  }
})

test("its examples stand for a strategy, and are told apart by their names", () => {
  const names = strategiesToCheck.flatMap(strategiesOf).map(({ name }) => name)
  expect(names).toEqual(
    expect.arrayContaining([
      "cycada",
      "cycada(form=released)",
      "dann(form=reversal)",
      "dann(form=alternating)",
    ]),
  )
})

test("a strategy that trains in stages, and one without a weight, say so", async () => {
  const reason = async (name: string, law: string) => {
    const [target] = strategiesToCheck.filter((plugin) => plugin.name === name)
    return (
      await lawsOf(target!)
        .find((one) => one.law === law)!
        .run()
    ).reason
  }
  expect(await reason("adda", "weightZero")).toBe(
    "it has no option `weight`: it trains in the stages source, feature, each of which is something else",
  )
  expect(await reason("sourceOnly", "weightZero")).toBe("it has no option `weight`")
  expect(await reason("sourceOnly", "symmetry")).toBe(
    "no stage of it reads streams `source` and `target` side by side",
  )
})

test("options that change what a domain network pays are known to the laws", async () => {
  const data = twoDomains({ seed: 0, shift: 0, noisyLabels: false })
  const squares = [crossEntropy(), adversarial("lsgan")]
  const statuses = async (target: Use<"method">) =>
    Promise.all(
      lawsOf(target)
        .filter(({ law }) => ["identicalDomains", "symmetry"].includes(law))
        .map(async (law) => (await law.run({ runs: 1 })).status),
    )
  expect(await statuses(dann({ data, reduction: "sum" }))).toEqual(["passed", "passed"])
  expect(await statuses(dann({ data, losses: squares }))).toEqual(["passed", "notApplicable"])
})

test("looking at a strategy leaves no tensor behind", () => {
  const before = tf.memory().numTensors
  strategiesToCheck.flatMap(strategiesOf)
  expect(tf.memory().numTensors).toBe(before)
})
