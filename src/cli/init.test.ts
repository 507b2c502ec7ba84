import { execFile } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { pluginKinds } from "./init/plugins.ts"
import { templateNames, templates } from "./init/templates.ts"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const place = temporaryFolder()
afterAll(() => place.remove())

/** Two folders of images of odd sizes with equal names, and other endings. */
async function twoFolders(count: number): Promise<void> {
  for (const name of ["drawings", "photos"]) mkdirSync(join(place.folder, name))
  for (let index = 0; index < count; index++) {
    const size = { width: 41 + 3 * index, height: 67 - 2 * index }
    const image = (g: number) =>
      sharp({ create: { ...size, channels: 3, background: { r: 9 * index, g, b: 90 } } })
    await image(20)
      .png()
      .toFile(join(place.folder, `drawings/house-${index}.png`))
    await image(200)
      .jpeg()
      .toFile(join(place.folder, `photos/house-${index}.JPG`))
  }
}
beforeAll(() => twoFolders(14))

interface Made {
  readonly folder: string
  readonly files: readonly string[]
  readonly next: readonly string[]
}
const init = async (...words: string[]): Promise<Made> => {
  const { code, stdout, stderr } = await saddlepoint(["init", ...words, "--json"], place.folder)
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}
const refused = async (...words: string[]) => {
  const { code, stdout, stderr } = await saddlepoint(["init", ...words], place.folder)
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
  return stderr.trim()
}

/** Calls lines as a shell would, one after the other. */
function inShell(lines: readonly string[], folder: string): Promise<{ code: number; said: string }> {
  return new Promise((done) => {
    execFile("sh", ["-ec", lines.join("\n")], { cwd: folder }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr })
    })
  })
}

test.each(templateNames)(
  "the commands that init prints for the template %s end well, in a report",
  async (template) => {
    const { folder, files, next } = await init(`project-${template}`, "--template", template)
    expect(files).toEqual(
      expect.arrayContaining(["package.json", "tsconfig.json", "experiment.ts", "README.md"]),
    )
    const { code, said } = await inShell(next, place.folder)
    expect({ code, said }).toMatchObject({ code: 0 })
    expect(said).toContain(`Report: runs/${template}/reports/quick/report.html`)
    expect(readdirSync(join(place.folder, folder, "runs", template, "reports/quick"))).toContain(
      "report.html",
    )
  },
)

test("own pairs of odd sizes in two folders are named from the project, and planned with their counts", async () => {
  const { folder, next } = await init(
    "own-pairs",
    "--template",
    "pairs",
    "--data",
    "drawings",
    "--data",
    "photos",
  )
  const text = readFileSync(join(place.folder, folder, "experiment.ts"), "utf8")
  expect(text).toContain('pairs({ folder: "..", folders: ["drawings", "photos"], size: 64, fit: "crop" })')
  const { code, said } = await inShell(next.slice(0, 2), place.folder)
  expect({ code, said }).toMatchObject({ code: 0 })
  expect(said).toMatch(/train \d+ pairs \(\d+ files\)/)
})

test("the compiler accepts every template, with own data and without, and every plug-in", async () => {
  const beside = temporaryFolder()
  try {
    for (const [name, { files, folders }] of Object.entries(templates)) {
      for (const data of [[], Array.from({ length: folders.most }, (_, index) => `images/${index}`)]) {
        const folder = `${name}-${data.length}`
        mkdirSync(join(beside.folder, folder))
        for (const [file, text] of Object.entries(files(data))) beside.write(join(folder, file), text)
      }
    }
    for (const kind of pluginKinds) {
      await saddlepoint(["init", kind, `my${kind}`], beside.folder)
    }
    const project = join(root, "src/cli/project.tsconfig.json")
    beside.write("tsconfig.json", JSON.stringify({ extends: project, include: ["**/*.ts"] }))
    symlinkSync(join(root, "node_modules"), join(beside.folder, "node_modules"), "dir")
    const compiler = join(root, "node_modules/typescript/bin/tsc")
    const { said } = await inShell([`node ${compiler} -p .`], beside.folder)
    expect(said).toBe("")
  } finally {
    beside.remove()
  }
})

test.each(pluginKinds)("a %s that init writes keeps the laws of its kind", async (kind) => {
  const { files, next } = await init(kind, `own${kind}`)
  expect(files).toEqual([`own${kind}.ts`])
  const { code, said } = await inShell([`${next[0]} --runs 2`], place.folder)
  expect({ code, said }).toMatchObject({ code: 0 })
  expect(said).toContain("All laws hold.")
})

test("what is there is never written over, and nothing is written beside it", async () => {
  place.write("taken.ts", "mine")
  expect(await refused("loss", "taken")).toBe(
    "Expected to write taken.ts in ., but it is there already, and nothing was written; choose another name or folder.",
  )
  expect(readFileSync(join(place.folder, "taken.ts"), "utf8")).toBe("mine")
  mkdirSync(join(place.folder, "begun"))
  place.write("begun/package.json", "{}")
  place.write("begun/gan.ts", "mine")
  expect(await refused("begun", "--template", "generation")).toContain("Expected to write gan.ts in begun")
  expect(readdirSync(join(place.folder, "begun")).sort()).toEqual(["gan.ts", "package.json"])
  expect((await init("begun", "--template", "pairs")).files).not.toContain("package.json")
  expect(readFileSync(join(place.folder, "begun/package.json"), "utf8")).toBe("{}")
})

test("a call that cannot be meant gets one sentence", async () => {
  expect(await refused("somewhere")).toContain("Expected --template, but got none; take --template pairs (")
  expect(await refused("los", "huber")).toContain("Expected a folder, or one of loss, metric,")
  expect(await refused("loss", "Huber-1")).toContain("try init loss myLoss")
  expect(await refused("p", "--template", "adaptation", "--data", "photos")).toContain(
    "Expected two folders: the source, then the target for the template adaptation",
  )
  expect(await refused("p", "--template", "generation", "--data", "nowhere")).toContain(
    "there is none at nowhere",
  )
  mkdirSync(join(place.folder, "other/photos"), { recursive: true })
  expect(await refused("p", "--template", "pairs", "--data", "drawings", "--data", "other/photos")).toContain(
    "lie apart",
  )
})
