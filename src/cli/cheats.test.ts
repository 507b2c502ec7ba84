import { readFileSync } from "node:fs"
import { join } from "node:path"
import { writeClassFolders } from "@saddlepoint/datasets/testing/imageFolders"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())

/** How each cheat wants to know the labels of the target, as the body of its `answer`; `own` is what it was given. */
const cheats = {
  opensItsData: "const { splits } = await own.data.open(); return lookUp(splits.test)",
  opensTheDatasetsPlugin:
    "const { splits } = await target.plugin.build(options).open(); return lookUp(splits.test)",
  asksItsNetwork: "",
  readsTheFolder: 'throw new Error("It knows " + readdirSync("target"))',
  counts:
    "let count = 0; return (images) => logits(Array.from({ length: images.shape[0] }, () => count++ % 2))",
} as const

type Cheat = keyof typeof cheats

const definition = () => `
import { readdirSync } from "node:fs"
import { baseline, challenger, experiment } from "@saddlepoint/core/experiment"
import { use } from "@saddlepoint/core/plugin"
import { sourceOnly, sourceOnlyPlugin } from "@saddlepoint/core/methods/adaptation/sourceOnly"
import { adaptation } from "@saddlepoint/datasets/adaptation"
import { imageFolder } from "@saddlepoint/datasets/imageFolder"
import * as tf from "@saddlepoint/engine/tf"
import { accuracy } from "@saddlepoint/metrics/accuracy"

const options = { folder: "target", labels: "folders", size: 16, channels: 3, seed: 0 }
const target = imageFolder(options)
const data = adaptation({ source: imageFolder({ ...options, folder: "source" }), target })
const logits = (labels) => tf.oneHot(tf.tensor1d(labels, "int32"), 2).mul(9)
const lookUp = async (split) => {
  const { label } = await split.read([0, 1, 2])
  return () => logits([...label])
}

const cheat = (name, answer) => use({
  ...sourceOnlyPlugin,
  name,
  build: (own) => {
    const method = sourceOnlyPlugin.build(own)
    if (name === "asksItsNetwork") return { ...method, needs: [{
      task: "none",
      missing: async () => [],
      open: async () => lookUp((await target.plugin.build(options).open()).splits.test),
    }] }
    return { ...method, answer: async (domains) => {
      const found = await answer(own, domains)
      return (batch) => found(batch.image, batch)
    } }
  },
}, { data, batch: 2 })

${Object.entries(cheats)
  .map(([name, body]) => `export const ${name} = cheat("${name}", async (own, domains) => { ${body} })`)
  .join("\n")}

export default experiment({
  name: "cheats",
  question: "Does a cheat get away?",
  arms: {
    honest: baseline(sourceOnly({ data, batch: 2 })),
    ${Object.keys(cheats)
      .map((name) => `${name}: challenger(${name}),`)
      // An honest one between them: five failures in a row end a run, whose arms are in the order of their names.
      .concat("honestToo: challenger(sourceOnly({ data, batch: 3 })),")
      .join("\n    ")}
  },
  metrics: [accuracy()],
  compare: { metric: "targetAccuracy", against: ["honest"] },
  seeds: 1,
  budget: { steps: 1 },
})
`

interface Trial {
  readonly arm: string
  readonly status: string
  readonly evidence?: string
}

let trials: readonly Trial[]
let page: string
beforeAll(async () => {
  for (const folder of ["source", "target"])
    await writeClassFolders(join(place.folder, folder), ["a", "b"], 20)
  place.write("cheats.ts", definition())
  const { stdout } = await saddlepoint(["run", "cheats.ts", "--store", "store", "--json"], place.folder)
  const output = JSON.parse(stdout) as { readonly trials: readonly Trial[]; readonly report: string }
  trials = output.trials
  page = readFileSync(join(place.folder, output.report), "utf8")
}, 120_000)

/** How each ends. */
const ends: Readonly<Record<Cheat, RegExp>> = {
  opensItsData: /it opened its dataset by itself/,
  opensTheDatasetsPlugin: /it opened the dataset imageFolder by itself/,
  asksItsNetwork: /it opened the dataset imageFolder by itself/,
  readsTheFolder: /but it looked at ".*target"; leave that out/,
  counts: /Expected a strategy to answer an image alike whenever it is asked/,
}

test.each(Object.entries(ends))("a strategy that %s has no value", (cheat, sentence) => {
  const trial = trials.find(({ arm }) => arm === cheat)
  expect(trial).toMatchObject({ status: "failed", evidence: expect.stringMatching(sentence) })
  expect(trial!.evidence).not.toContain("It knows")
})

test("an honest strategy has one, and the page tells what was enforced", () => {
  expect(trials.find(({ arm }) => arm === "honest")).toMatchObject({ status: "completed" })
  expect(page).toContain(
    "kept from datasets and the folders of their files, the run store, all files beyond their own project",
  )
})

test("what is played unconfined may look anywhere, and the page tells", async () => {
  place.write(
    "open.ts",
    definition()
      .replace("counts: challenger(counts),", "")
      .replace("asksItsNetwork: challenger(asksItsNetwork),", "")
      .replace(/\n +opens\w+: challenger\(\w+\),/g, ""),
  )
  const words = ["run", "open.ts", "--store", "open", "--unconfined", "--json"]
  const output = JSON.parse((await saddlepoint(words, place.folder)).stdout)
  const evidence = (output.trials as readonly Trial[]).find(({ arm }) => arm === "readsTheFolder")!.evidence
  expect(evidence).toContain("It knows a,b")
  const told = readFileSync(join(place.folder, output.report), "utf8")
  expect(told).toContain("Nothing but these rules kept methods from labels and test splits")
})
