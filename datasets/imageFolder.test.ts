import { cp, mkdir, rename, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import { describe, expect, test } from "vitest"
import { imageFolder, imageFolderPlugin } from "./imageFolder.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeFlatImage } from "./testing/flatImage.ts"
import { writeClassFolders } from "./testing/imageFolders.ts"

const dataset = (options: object) =>
  imageFolderPlugin.build(decodeOptions(imageFolderPlugin, { size: 16, ...options }))
const all = (size: number) => Array.from({ length: size }, (_, index) => index)

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

describe("a set that comes in splits", () => {
  const classes = ["airplane", "cat", "dog"]
  const sizes = ({ splits }: OpenDataset) => Object.values(splits).map(({ size }) => size)

  test("keeps them, class by class, and a split that it has not is drawn from train", async () => {
    const folder = await emptyFolder()
    await writeClassFolders(join(folder, "train"), classes, 10)
    await writeClassFolders(join(folder, "test"), classes, 2, 100)
    const open = await dataset({ folder, labels: "folders" }).open()
    expect(open.classes).toEqual(classes)
    // A tenth of the ten training images of each class is held out.
    expect(sizes(open)).toEqual([27, 3, 6])
    expect(open.splits.train.fields).toMatchObject({ image: { shape: [16, 16, 3] }, label: { classes: 3 } })
    expect((await open.splits.test.read(all(6))).label).toEqual(Int32Array.of(0, 0, 1, 1, 2, 2))
    await writeClassFolders(join(folder, "val"), classes, 1, 200)
    expect(sizes(await dataset({ folder, labels: "folders" }).open())).toEqual([30, 3, 6])
  })

  test("keeps them without labels too, and a flat folder of images is no such set", async () => {
    const folder = await emptyFolder()
    await writeClassFolders(folder, ["train"], 10)
    await writeClassFolders(folder, ["test"], 4, 100)
    expect(sizes(await dataset({ folder, labels: "none" }).open())).toEqual([9, 1, 4])
    for (const index of [0, 1, 2])
      await cp(join(folder, "train", `${index}.png`), join(folder, `${index}.png`))
    expect(sizes(await dataset({ folder, labels: "none" }).open())).toEqual([1, 1, 1])
  })

  test("must have the same classes in each, and a class may still be called train", async () => {
    const folder = await emptyFolder()
    await writeClassFolders(join(folder, "train"), classes, 4)
    await writeClassFolders(join(folder, "test"), ["airplane", "cat"], 4, 100)
    expect(await dataset({ folder, labels: "folders" }).missing()).toEqual([
      `Expected the classes of train (airplane, cat, dog) in ${join(folder, "test")}, but there are airplane, cat; ` +
        "make their sub-folders the same.",
    ])
    const vehicles = await emptyFolder()
    await writeClassFolders(vehicles, ["bus", "train"], 4)
    expect((await dataset({ folder: vehicles, labels: "folders" }).open()).classes).toEqual(["bus", "train"])
  })
})

test("classes are in the order of their names, numbers as well", async () => {
  const folder = await emptyFolder()
  await writeClassFolders(folder, ["10", "2", "1"], 3)
  expect((await dataset({ folder, labels: "folders" }).open()).classes).toEqual(["1", "10", "2"])
})

test("grey images get equal channels, colours become luma, and any shape becomes square", async () => {
  const folder = await emptyFolder()
  await writeFlatImage(join(folder, "grey.png"), [51], 20, 40)
  await writeFlatImage(join(folder, "red.png"), [255, 0, 0], 30, 10)
  await writeFlatImage(join(folder, "blue.png"), [0, 0, 255], 8, 8)
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
    `Expected images (.jpg, .jpeg, .jfif, .png, .webp, .tif, .tiff, .bmp, .gif) in ${folder}, but there are none; correct \`folder\`.`,
  ])
  await mkdir(join(folder, "a"))
  expect(await missing({ labels: "folders" })).toEqual([
    `Expected a sub-folder of images for each of two classes or more in ${folder}, but there is only a; use labels "none" ` +
      "for images without classes.",
  ])
  await writeClassFolders(folder, ["a"], 2)
  await mkdir(join(folder, "b"))
  expect(await missing({ labels: "folders" })).toEqual([
    `Expected images (.jpg, .jpeg, .jfif, .png, .webp, .tif, .tiff, .bmp, .gif) in ${join(folder, "b")}, but there are none; take the sub-folder out or fill it.`,
  ])
  await writeClassFolders(folder, ["b", "c"], 4)
  expect(await missing({ labels: "folders" })).toEqual([
    `Expected at least 3 different images to split into train, validation and test in ${join(folder, "a")}, but there are 2.`,
  ])
  await writeFile(join(folder, "a", "0.png"), "no image")
  await writeFlatImage(join(folder, "a", "clear.png"), [1, 2, 3, 4], 8, 8)
  const sentences = await missing({ labels: "folders" })
  expect(sentences).toHaveLength(2)
  expect(sentences[0]).toMatch(/^Expected a readable RGB or grey image, but .*0\.png is none \(/)
  expect(sentences[1]).toMatch(/clear\.png is none \(it has transparent pixels/)
  for (const name of ["b", "c"])
    for (const index of [0, 1, 2]) await writeFile(join(folder, name, `${index}.png`), "no image")
  const many = await missing({ labels: "folders" })
  expect(many).toHaveLength(8)
  expect(many.every((sentence) => sentence.endsWith("; replace it or take it out."))).toBe(true)
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

test("options that came later are no part of the identity of who leaves them out", () => {
  expect(decodeOptions(imageFolderPlugin, { folder: "x", labels: "none" })).toEqual({
    folder: "x",
    labels: "none",
    size: 64,
    channels: 3,
    validation: 0.1,
    test: 0.2,
    seed: 0,
  })
})
