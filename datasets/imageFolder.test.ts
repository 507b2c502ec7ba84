import { cp, mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import sharp from "sharp"
import { expect, test } from "vitest"
import { imageFolder, imageFolderPlugin } from "./imageFolder.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { writeClassFolders } from "./testing/imageFolders.ts"
import { emptyFolder } from "./testing/pairFolder.ts"

const dataset = (options: object) =>
  imageFolderPlugin.build(decodeOptions(imageFolderPlugin, { size: 16, ...options }))
const all = (size: number) => Array.from({ length: size }, (_, index) => index)

async function flat(path: string, colour: readonly number[], height: number, width: number): Promise<void> {
  const pixels = Buffer.from(Array.from({ length: height * width }, () => colour).flat())
  const raw = { height, width, channels: colour.length as 1 | 3 | 4 }
  const image = sharp(pixels, { raw })
  await (colour.length === 1 ? image.toColourspace("b-w") : image).png().toFile(path)
}

test("sub-folders are the classes by name, and every class is in every split by its share", async () => {
  const folder = await emptyFolder()
  await writeClassFolders(folder, ["zebra", "horse", "ass"], 10)
  await mkdir(join(folder, ".hidden"))
  const { splits, classes } = await dataset({ folder, labels: "folders" }).open()
  expect(classes).toEqual(["ass", "horse", "zebra"])
  const counts = Object.entries({ train: 7, validation: 1, test: 2 })
  for (const [name, count] of counts) {
    const split = splits[name as keyof typeof splits]
    const { label } = await split.read(all(split.size))
    for (const one of [0, 1, 2]) expect(label!.filter((other) => other === one)).toHaveLength(count)
  }
})

test("a flat folder has images and no labels", async () => {
  const folder = await emptyFolder()
  await writeClassFolders(folder, ["a"], 6)
  const open = await dataset({ folder: join(folder, "a"), labels: "none" }).open()
  expect(open.classes).toBeUndefined()
  expect(Object.keys(open.splits.train.fields)).toEqual(["image"])
  expect(Object.keys(await open.splits.train.read([0]))).toEqual(["image"])
})

test("splits do not depend on file names, and copies of an image stay in one split", async () => {
  const folder = await emptyFolder()
  await writeClassFolders(folder, ["a"], 8)
  const images = join(folder, "a")
  const contents = async (name: "train" | "test") => {
    const split = (await dataset({ folder: images, labels: "none" }).open()).splits[name]
    const { image } = await split.read(all(split.size))
    const length = image!.length / split.size
    return new Set(all(split.size).map((at) => String(image!.subarray(at * length, (at + 1) * length))))
  }
  const before = { train: await contents("train"), test: await contents("test") }
  await rename(join(images, "0.png"), join(images, "zz.png"))
  await cp(join(images, "3.png"), join(images, "copy.png"))
  expect({ train: await contents("train"), test: await contents("test") }).toEqual(before)
})

test("grey images get equal channels, colours become luma, and any shape becomes square", async () => {
  const folder = await emptyFolder()
  await flat(join(folder, "grey.png"), [51], 20, 40)
  await flat(join(folder, "red.png"), [255, 0, 0], 30, 10)
  await flat(join(folder, "blue.png"), [0, 0, 255], 8, 8)
  const seen = async (channels: 1 | 3) => {
    const { splits } = await dataset({ folder, labels: "none", channels }).open()
    const values = await Promise.all(
      Object.values(splits).map(async (split) => (await split.read([0])).image!),
    )
    return values.map((image) =>
      [...image.subarray(0, channels)].map((value) => Math.round((value + 1) * 127.5)),
    )
  }
  expect((await seen(3)).sort()).toEqual([
    [0, 0, 255],
    [255, 0, 0],
    [51, 51, 51],
  ])
  // 255 times 0.114 and 0.299 are 29.07 and 76.245.
  expect((await seen(1)).flat().sort((a, b) => a - b)).toEqual([29, 51, 76])
})

test("what cannot be used is told in a sentence each", async () => {
  const folder = await emptyFolder()
  const missing = (options: object) => dataset({ folder, ...options }).missing()
  expect(await missing({ folder: join(folder, "none"), labels: "none" })).toEqual([
    `Expected a folder of images at ${join(folder, "none")}, but there is none; correct \`folder\`.`,
  ])
  expect(await missing({ labels: "none" })).toEqual([
    `Expected images (.jpg, .jpeg, .png, .webp) in ${folder}, but there are none; correct \`folder\`.`,
  ])
  await mkdir(join(folder, "a"))
  expect(await missing({ labels: "folders" })).toEqual([
    `Expected a sub-folder of images for each of two classes or more in ${folder}, but there is only a; use labels "none" ` +
      "for images without classes.",
  ])
  await writeClassFolders(folder, ["a"], 2)
  await mkdir(join(folder, "b"))
  expect(await missing({ labels: "folders" })).toEqual([
    `Expected images (.jpg, .jpeg, .png, .webp) in ${join(folder, "b")}, but there are none; take the sub-folder out or fill it.`,
  ])
  await writeClassFolders(folder, ["b", "c"], 4)
  expect(await missing({ labels: "folders" })).toEqual([
    `Expected at least 3 different images to split into train, validation and test in ${join(folder, "a")}, but there are 2.`,
  ])
  await writeFile(join(folder, "a", "0.png"), "no image")
  await flat(join(folder, "a", "clear.png"), [1, 2, 3, 4], 8, 8)
  const sentences = await missing({ labels: "folders" })
  expect(sentences).toHaveLength(2)
  expect(sentences[0]).toMatch(/^Expected a readable RGB or grey image, but .*0\.png is none \(/)
  expect(sentences[1]).toMatch(/clear\.png is none \(it has transparency/)
})

test("one image in two classes is refused by name", async () => {
  const folder = await emptyFolder()
  await writeClassFolders(folder, ["a", "b"], 5)
  await cp(join(folder, "a", "2.png"), join(folder, "b", "9.png"))
  await expect(dataset({ folder, labels: "folders" }).open()).rejects.toThrow(
    `Expected every image in one class, but ${join(folder, "b", "9.png")} is the same image as one of a; take one of them out.`,
  )
})

test("shares that leave nothing to train on are refused", () => {
  expect(imageFolderPlugin.check!({ validation: 0.5, test: 0.5 })).toHaveLength(1)
  expect(imageFolder({ folder: "x", labels: "none", size: 32 }).options).toEqual({
    folder: "x",
    labels: "none",
    size: 32,
  })
})
