import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { dirname, join } from "node:path"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import { folderImages } from "@saddlepoint/datasets/formats/folderImages"
import { stream } from "@saddlepoint/engine/random"
import { chains, compareImages, openFeatureNetwork } from "@saddlepoint/metrics"
import { afterAll, beforeAll, expect, test } from "vitest"
import { root } from "./buildPackages.ts"
import { builtFile } from "./builtFile.ts"
import { type InstalledProject, installedProject } from "./testing/installedProject.ts"

const [readme, contributing] = ["README.md", "CONTRIBUTING.md"].map((name) =>
  readFileSync(join(root, name), "utf8"),
)
/** A file that a page shows, under its name. */
function shown(page: string, name: string): string {
  const language = /\.m?(.*)$/.exec(name)![1]
  return page.split(`\n\`\`\`${language} ${name}\n`)[1]!.split("\n```\n")[0]!
}
const own = ["gan.ts", "denseGenerator.ts"]

/** The page's GAN in an experiment, as in a folder of anybody's. */
const mine = `
import { baseline, experiment } from "@saddlepoint/core/experiment"
import { glyphs } from "@saddlepoint/datasets/glyphs"
import { fid } from "@saddlepoint/metrics/fid"
import { domainFeatures } from "@saddlepoint/metrics/judges/domainFeatures"
import { gan } from "./gan.ts"

const data = glyphs({ size: 16, train: 48, validation: 4, test: 40 })
export default experiment({
  name: "mine",
  question: "Does it run?",
  arms: { gan: baseline(gan({ data, batch: 8, latent: 8 })) },
  metrics: [fid({ features: domainFeatures({ steps: 5, width: 2, atLeast: 0 }) })],
  compare: [],
  seeds: 1,
  budget: { steps: 4 },
})
`

/** What the compiler must refuse there. */
const refused = `
import { twoMoons } from "@saddlepoint/datasets/twoMoons"
import { gan } from "./gan.ts"

// @ts-expect-error points are no images
gan({ data: twoMoons() })
`

interface Ran {
  readonly trained: number
  readonly trials: readonly { readonly id: string; readonly arm: string; readonly status: string }[]
  readonly report: string
}

let project: InstalledProject
const installed = (name: string) => join(project.folder, "node_modules", name)
const saddlepoint = (...words: readonly string[]) =>
  project.node(installed("saddlepoint/saddlepoint.mjs"), ...words)

beforeAll(async () => {
  project = await installedProject()
  project.write("package.json", JSON.stringify({ name: "mine", type: "module" }))
  for (const name of own) project.write(name, shown(contributing!, name))
  project.write("mine.ts", mine)
})
afterAll(() => project?.remove())

const names = ["core", "datasets", "engine", "lab", "metrics", "reports"].map(
  (name) => `@saddlepoint/${name}`,
)
const filesIn = (name: string) =>
  (readdirSync(installed(name), { recursive: true }) as string[]).map((path) => path.replaceAll("\\", "/"))

test("seven packages are installed with licence, README and exact versions, and neither sources nor tests", () => {
  expect(readdirSync(installed("@saddlepoint")).sort()).toEqual(names.map((name) => name.split("/")[1]))
  for (const name of [...names, "saddlepoint"]) {
    const files = filesIn(name)
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]))
    expect(files.filter((path) => /\.test|(^|\/)testing\/|(?<!\.d)\.ts$/.test(path))).toEqual([])
    const {
      private: hidden,
      version,
      sideEffects,
      ...rest
    } = JSON.parse(readFileSync(join(installed(name), "package.json"), "utf8"))
    const ranges = Object.values<string>({
      ...rest.dependencies,
      ...rest.peerDependencies,
      ...rest.optionalDependencies,
    })
    expect({ hidden, version, sideEffects: sideEffects !== undefined }).toEqual({
      hidden: undefined,
      version: "0.1.0",
      sideEffects: true,
    })
    expect(ranges.filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([])
  }
})

/** What a file imports: from where, or as it goes on. */
const importing = /^(?:import|export)\b[^"';=]* from "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm

test("every import of a built file leads to a file that is there, or to a package that is declared", () => {
  const wrong = [...names, "saddlepoint"].flatMap((name) => {
    const file = readFileSync(join(installed(name), "package.json"), "utf8")
    const { dependencies, peerDependencies, optionalDependencies } = JSON.parse(file)
    const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies, [name]: "" }
    const leads = (path: string, specifier: string) => {
      if (specifier.startsWith(".")) return existsSync(join(installed(name), dirname(path), specifier))
      const [scope, inner] = specifier.split("/")
      return isBuiltin(specifier) || (specifier.startsWith("@") ? `${scope}/${inner}` : scope!) in declared
    }
    return filesIn(name)
      .filter((path) => /(\.js|\.d\.ts)$/.test(path))
      .flatMap((path) =>
        [...readFileSync(join(installed(name), path), "utf8").matchAll(importing)]
          .map(([, one, other, late]) => (one ?? other ?? late)!)
          .filter((specifier) => !leads(path, specifier))
          .map((specifier) => `${name}/${path}: ${specifier}`),
      )
  })
  expect(wrong).toEqual([])
})

test("nothing but laws imports fast-check", () => {
  const users = names
    .flatMap((name) => filesIn(name).map((path) => `${name}/${path}`))
    .filter((path) => path.endsWith(".js") && /from "fast-check"/.test(readFileSync(installed(path), "utf8")))
  expect(users.filter((path) => !path.startsWith("@saddlepoint/core/laws/"))).toEqual([])
  expect(users).not.toEqual([])
})

/** A few filters, and what it takes to compare two folders by them: text, so that two programs can run it. */
const judging = `
const layers = [
  { kind: "convolution", name: "seen", inputs: 3, outputs: 4, kernel: [3, 3], stride: 1, padding: [1, 1], shift: "bias", linear: false, rectified: true },
  { kind: "tap", name: "4", what: "mean" },
]
const filters = Float32Array.from({ length: 108 }, (_, at) => Math.sin(at))
const weights = { "seen.weight": { shape: [4, 3, 3, 3], values: filters }, "seen.bias": { shape: [4], values: new Float32Array(4) } }
const network = await openFeatureNetwork({ name: "few", layers, side: undefined }, weights)
const [real, generated] = [folderImages(folders[0]), folderImages(folders[1])]
return (await compareImages({ network, taps: { features: "4" }, chain: { ...chains["pytorch-fid"], resize: undefined }, measures: { fid: true }, real, generated })).values
`

test("a FID of two folders is computed by plain Node, the one that the repository computes", async () => {
  const folders = ["real", "generated"].map((name) => join(project.folder, name))
  for (const [index, folder] of folders.entries()) {
    mkdirSync(folder)
    for (let at = 0; at < 6; at++) {
      const source = stream(index, "images", at)
      const values = Float32Array.from({ length: 8 * 8 * 3 }, () => source.uniform() * (index + 1) - 1)
      const png = await toPng(values, [1, 8, 8, 3], { columns: 1 })
      writeFileSync(join(folder, `${at}.png`), png)
    }
  }
  project.write(
    "fid.mjs",
    `import { chains, compareImages, openFeatureNetwork } from "@saddlepoint/metrics"
    import { folderImages } from "@saddlepoint/datasets/formats/folderImages"
    const folders = process.argv.slice(2)
    console.log(JSON.stringify(await (async () => {${judging}})()))`,
  )
  const values = JSON.parse(await project.node("fid.mjs", ...folders)) as { readonly fid: number }
  const AsyncFunction = (async () => {}).constructor as new (
    ...words: string[]
  ) => (...given: unknown[]) => Promise<object>
  const here = new AsyncFunction(
    "chains",
    "compareImages",
    "openFeatureNetwork",
    "folderImages",
    "folders",
    judging,
  )
  expect(values).toEqual(await here(chains, compareImages, openFeatureNetwork, folderImages, folders))
  expect(values.fid).toBeGreaterThan(0)
})

let ran: Ran
test("an experiment with files of its own trains, without tsx", async () => {
  expect(existsSync(installed("tsx"))).toBe(false)
  ran = JSON.parse(await project.npx("saddlepoint", "run", "mine.ts", "--device", "cpu", "--json"))
  // The judge, three controls and the arm.
  expect(ran).toMatchObject({ trained: 1, trials: [{ arm: "gan", status: "completed" }] })
  expect(existsSync(join(project.folder, ran.report))).toBe(true)
})

test("the code of its trial is what its process loaded, built files and the user's own", () => {
  const home = join(project.folder, "runs/mine/trials", ran.trials[0]!.id, "attempts/1/manifest.json")
  const { code } = JSON.parse(readFileSync(home, "utf8"))
  expect(code).toMatchObject({ framework: "0.1.0", lockfile: expect.stringMatching(/^[0-9a-f]{64}$/) })
  expect(code.commit).toBeUndefined()
  const sources = Object.keys(code.sources)
  expect(sources).toEqual(
    expect.arrayContaining([
      "@saddlepoint/core/play/trainer.js",
      "@saddlepoint/engine/onnx/engine.js",
      "saddlepoint/child.js",
      "definition/gan.ts",
    ]),
  )
  expect(sources).not.toContain("definition/mine.ts")
  expect(sources).not.toContain("@saddlepoint/core/losses/mmd.js")
})

test("its results are collected as Parquet", async () => {
  const told = await saddlepoint("collect", "mine", "--wide", "--parquet", "mine.parquet")
  expect(told).toMatch(/^Wrote mine\.parquet: 5 rows, \d+ columns\.$/m)
  expect(readFileSync(join(project.folder, "mine.parquet")).subarray(0, 4).toString()).toBe("PAR1")
})

test("played again from its files as they are it gives the same bits", async () => {
  expect(await saddlepoint("verify", ran.trials[0]!.id)).toMatch(/^BITWISE/)
})

test("a trained generator is opened and sampled by README's lines", async () => {
  // Node 20 reads no TypeScript.
  for (const name of own)
    project.write(name.replace(/ts$/, "js"), await builtFile(shown(contributing!, name), name))
  const lines = shown(readme!, "open.mjs")
  expect(lines.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(5)
  project.write(
    "open.mjs",
    `${lines}\nconsole.log(JSON.stringify({ shape: images.shape, values: [...images.values] }))\n`,
  )
  const { shape, values } = JSON.parse(await project.node("open.mjs", ran.trials[0]!.id))
  expect(shape).toEqual([16, 16, 16, 1])
  expect(values).toHaveLength(16 * 256)
  expect(new Set(values).size).toBeGreaterThan(100)
})

test("an editor finds the types, by one line of a tsconfig.json", async () => {
  project.write("refused.ts", refused)
  const settings = { extends: "saddlepoint/tsconfig.json", files: [...own, "mine.ts", "refused.ts"] }
  project.write("tsconfig.json", JSON.stringify(settings))
  const said = await project
    .node(join(root, "node_modules/typescript/bin/tsc"), "-p", project.folder)
    .catch(({ stdout }) => stdout)
  expect(said).toBe("")
})

test("a built file that changed is other code of what rests on it, and of nothing else", async () => {
  const loss = (name: string) => JSON.stringify(installed(`@saddlepoint/core/losses/${name}.js`))
  project.write(
    "digests.mjs",
    `import { appendFileSync } from "node:fs"
    import { identifyCode } from "@saddlepoint/lab"
    const childEntry = ${JSON.stringify(installed("saddlepoint/child.js"))}
    const digest = async () => (await identifyCode({ definitionPath: "gan.ts", childEntry })).digest
    const digests = [await digest()]
    for (const file of [${loss("mmd")}, ${loss("adversarial")}]) {
      appendFileSync(file, "// changed\\n")
      digests.push(await digest())
    }
    console.log(JSON.stringify(digests))`,
  )
  const [before, unused, used] = JSON.parse(await project.node("digests.mjs"))
  expect(unused).toBe(before)
  expect(used).not.toBe(before)
})
