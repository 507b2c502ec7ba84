import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { emptyFolder } from "../testing/emptyFolder.ts"
import { writeFlatImage } from "../testing/flatImage.ts"
import { folderImages, type ImageBatch } from "./folderImages.ts"

let folder: string
beforeAll(async () => {
  folder = await emptyFolder(true)
})
afterAll(() => rm(folder, { recursive: true }))

const write = (name: string, height: number, width: number, ...colour: number[]) =>
  writeFlatImage(join(folder, name), colour, height, width)

async function all(most?: number): Promise<ImageBatch[]> {
  const batches: ImageBatch[] = []
  for await (const batch of folderImages(folder, most)) batches.push(batch)
  return batches
}

test("images come by name, in batches of one size, grey ones in three channels", async () => {
  await write("a.png", 4, 5, 10, 10, 10)
  await write("b.png", 4, 5, 20)
  await write("c.png", 6, 6, 30, 30, 30)
  const batches = await all()
  expect(batches.map(({ shape }) => shape)).toEqual([
    [2, 4, 5, 3],
    [1, 6, 6, 3],
  ])
  expect([...new Set(batches[0]!.values)]).toEqual([10, 20])
  expect((await all(1)).map(({ shape }) => shape[0])).toEqual([1, 1, 1])
})

test("images of sub-folders come in the order of their paths, whatever the case of their endings", async () => {
  await mkdir(join(folder, "b"))
  await write("b/a.PNG", 6, 6, 40, 40, 40)
  const firsts = (await all(1)).map(({ values }) => values[0])
  expect(firsts).toEqual([10, 20, 40, 30])
  await rm(join(folder, "b"), { recursive: true })
})

test("every damaged image is named before the first comes", async () => {
  await writeFile(join(folder, "b0.jpg"), "no image")
  await writeFile(join(folder, "z.png"), "")
  const told = await folderImages(folder)
    .next()
    .then(
      () => "",
      (error: Error) => error.message,
    )
  expect(told.split("\n").map((line) => line.match(/(\S+) is none/)?.[1])).toEqual([
    join(folder, "b0.jpg"),
    join(folder, "z.png"),
  ])
  for (const name of ["b0.jpg", "z.png"]) await rm(join(folder, name))
})

test("what is no image is refused by name in one sentence", async () => {
  await write("d.png", 4, 4, 255, 255, 255, 254)
  await expect(all()).rejects.toThrow(
    /^Expected a readable RGB or grey image, but .*d\.png is none \(it has transparent pixels/,
  )
  await writeFile(join(folder, "d.png"), "no image")
  await expect(all()).rejects.toThrow(/^Expected a readable RGB or grey image, but .*d\.png is none \(/)
  await expect(folderImages(join(folder, "nowhere")).next()).rejects.toThrow(
    /^Expected a folder of images .* is none/,
  )
})
