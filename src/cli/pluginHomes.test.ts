import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { pluginMap, pluginOfExport } from "@saddlepoint/core/declare/definition"
import { planTrials } from "@saddlepoint/core/declare/plan"
import { openSources } from "@saddlepoint/lab/store/execution/identifyCode"
import { afterAll, expect, test } from "vitest"
import { childSource } from "./childEntry.ts"
import { hiddenSources, openDefinition } from "./definitionFile.ts"
import { pluginHomes } from "./pluginHomes.ts"
import { presentCode } from "./present.ts"
import { temporaryFolder, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

async function homesOf(path: string) {
  const also = hiddenSources(path)
  const { plugins } = await openDefinition(path)
  const sources = await openSources({ definitionPath: path, childEntry: childSource, also })
  return { plugins, homes: await pluginHomes(plugins, path, sources, also[0]) }
}

test("every plug-in of the catalogue is an export of a file, which gives that very plug-in", async () => {
  const { plugins, homes } = await homesOf(join(place.folder, place.write("tiny.yaml", tinyYaml())))
  expect([...plugins.keys()].filter((key) => !homes.has(key))).toEqual([])
  for (const [key, { file: home, name }] of homes) {
    const exported = await import(pathToFileURL(home).href)
    expect(pluginOfExport(exported[name])).toBe(plugins.get(key))
  }
})

const experiments = fileURLToPath(new URL("../../experiments", import.meta.url))
const shipped = join(experiments, "patchgan-receptive-field.ts")

test.each(readdirSync(experiments).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")))(
  "no trial of the experiment %s rests on the text of its definition",
  async (name) => {
    const { plugins, homes } = await homesOf(join(experiments, name))
    // The others come along as the defaults of slots.
    const found = pluginMap([...homes.keys()].map((key) => plugins.get(key)!))
    expect([...plugins.keys()].filter((key) => !found.has(key))).toEqual([])
  },
)

test("the code of a trial has its own plug-ins, no other arm's, and no metric; that of its evaluation has the metric too", async () => {
  const { decode } = await openDefinition(shipped)
  const { trials } = await planTrials(decode({ profile: "quick" }))
  const fixed = trials.find(({ arm }) => arm === "l1")!
  const engine = { name: "js", version: "1", device: "cpu", threads: 1 } as const
  const executions = (await presentCode(shipped)).executions(engine)
  const { code, id } = executions.of(fixed)
  const evaluation = fixed.evaluations!.find(({ metric }) => metric === "labelConsistency")!
  const judging = executions.judging(fixed, evaluation)
  const files = Object.keys(code.sources!)
  expect(files).toContain("src/core/losses/l1.ts")
  expect(files).not.toContain("src/core/models/patchGan.ts")
  expect(files.filter((name) => /^(metrics|reports|experiments)\//.test(name))).toEqual([])
  const metric = Object.keys(judging.code.sources!).filter((name) => !files.includes(name))
  expect(metric).toContain("metrics/labelConsistency.ts")
  expect(judging.id).not.toBe(id)
})
