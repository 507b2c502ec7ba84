import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { writeFlatImage } from "@saddlepoint/datasets/testing/flatImage"
import { writeClassFolders } from "@saddlepoint/datasets/testing/imageFolders"
import { writePair } from "@saddlepoint/datasets/testing/pairFolder"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const { folder, remove, write } = temporaryFolder()
afterAll(remove)

const definition = (data: string) => `
name: own
question: Does it plan?
arms:
  a: { role: baseline, use: pix2pix, data: ${data}, generator: { use: unet, width: 2 }, losses: [{ use: l1 }] }
  b: { role: challenger, use: pix2pix, data: ${data}, generator: { use: unet, width: 3 }, losses: [{ use: l1 }] }
metrics: [{ use: meanAbsoluteError }]
compare: { metric: l1, against: [a], margin: 0.1 }
seeds: 3
budget: { steps: 1 }
`

beforeAll(async () => {
  for (const name of ["damaged", "whole"]) {
    for (let index = 0; index < 12; index++) {
      await writePair(join(folder, name, `${index}.${index % 2 === 0 ? "jpg" : "png"}`), index, 64)
    }
  }
  const file = (name: string) => join(folder, "damaged", name)
  const [cut, flipped] = [readFileSync(file("2.jpg")), readFileSync(file("3.png"))]
  // Of five kinds: no image, nothing, cut off behind the header, a byte changed behind the header, transparent.
  writeFileSync(file("0.jpg"), "no image")
  writeFileSync(file("1.png"), "")
  writeFileSync(file("2.jpg"), cut.subarray(0, cut.length / 2))
  flipped[Math.floor(flipped.length / 2)]! ^= 0xff
  writeFileSync(file("3.png"), flipped)
  await writeFlatImage(file("5.png"), [1, 2, 3, 128], 64, 128)
  write("damaged.yaml", definition("{ use: pairs, folder: damaged, size: 16 }"))
  write("whole.yaml", definition("{ use: pairs, folder: whole, size: 16 }"))
})

test("plan names all five damaged files of five kinds among twelve pairs, and exits 2", async () => {
  const { code, stdout, stderr } = await saddlepoint(["plan", "damaged.yaml"], folder)
  expect([code, stdout]).toEqual([2, ""])
  const named = [...stderr.matchAll(/damaged[/\\](\d+\.\w+): expected ([^;]*);/g)].map(([, name, why]) => [
    name,
    why,
  ])
  expect(named).toEqual([
    ["0.jpg", expect.stringContaining("it is no image, or cut off at its beginning")],
    ["1.png", expect.stringContaining("the file is empty")],
    ["2.jpg", expect.stringContaining("premature end of JPEG image")],
    ["3.png", expect.stringContaining("libpng read error")],
    ["5.png", expect.stringContaining("it has transparent pixels, which have no colour of their own")],
  ])
})

test("plan tells how many pairs each split has, and what is left out, in words and as JSON", async () => {
  writeFileSync(join(folder, "whole", "notes.txt"), "")
  const { code, stdout } = await saddlepoint(["plan", "whole.yaml"], folder)
  expect(code).toBe(0)
  expect(stdout).toContain(
    `Data pairs in ${join(folder, "whole")}: train 9 pairs (9 files); validation 1 pair (1 file); test 2 pairs (2 files).\n` +
      "  Left out: 1 file no image by its ending .txt (notes.txt).\n",
  )
  const { data } = JSON.parse((await saddlepoint(["plan", "whole.yaml", "--json"], folder)).stdout)
  expect(data).toEqual([
    {
      name: "pairs",
      folder: join(folder, "whole"),
      splits: {
        train: { images: 9, pairs: 9 },
        validation: { images: 1, pairs: 1 },
        test: { images: 2, pairs: 2 },
      },
      leftOut: [{ why: "no image by its ending .txt", files: ["notes.txt"] }],
      warnings: [],
    },
  ])
  // Without a store planning leaves nothing behind.
  expect(readdirSync(folder)).not.toContain("runs")
})

test("what was seen of images is kept in the store where there is one", async () => {
  mkdirSync(join(folder, "store"))
  const planning = ["plan", "whole.yaml", "--store", "store"]
  const first = await saddlepoint(planning, folder)
  const [kept] = readdirSync(join(folder, "store", "cache"))
  expect(kept).toMatch(/^images-[0-9a-f]{16}\.json$/)
  expect(Object.keys(JSON.parse(readFileSync(join(folder, "store", "cache", kept!), "utf8")))).toHaveLength(
    12,
  )
  expect((await saddlepoint(planning, folder)).stdout).toBe(first.stdout)
})

test("two folders of one task are told apart by their slots, class by class", async () => {
  await writeClassFolders(join(folder, "amazon"), ["bike", "mug"], 5)
  await writeClassFolders(join(folder, "webcam"), ["bike", "mug"], 6, 100)
  const own = (name: string) => `{ use: imageFolder, folder: ${name}, labels: folders, size: 28 }`
  const arm = (role: string, use: string) =>
    `{ role: ${role}, use: ${use}, data: { use: adaptation, source: ${own("amazon")}, target: ${own("webcam")} } }`
  write(
    "office.yaml",
    `
name: office
question: Does it plan?
arms: { source: ${arm("baseline", "sourceOnly")}, dann: ${arm("challenger", "dann")} }
metrics: [{ use: accuracy }]
compare: { metric: targetAccuracy, against: [source], margin: 0.1 }
seeds: 3
budget: { steps: 1 }
`,
  )
  const { code, stdout, stderr } = await saddlepoint(["plan", "office.yaml"], folder)
  expect([code, stderr]).toEqual([0, ""])
  expect(stdout).toContain(
    `Data source: imageFolder in ${join(folder, "amazon")}: train 6 images of 2 classes (bike 3, mug 3); validation 2 images of 2 classes (bike 1, mug 1); ` +
      "test 2 images of 2 classes (bike 1, mug 1).",
  )
  expect(stdout).toContain(`Data target: imageFolder in ${join(folder, "webcam")}: train 8 images`)
})
