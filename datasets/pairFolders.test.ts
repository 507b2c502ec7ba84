import { cp } from "node:fs/promises"
import { join } from "node:path"
import type { DatasetAbout } from "@saddlepoint/core/contracts/dataset"
import { describe, expect, test } from "vitest"
import { type PairsOptions, pairsPlugin } from "./pairs.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeSmooth } from "./testing/ownImages.ts"

const dataset = (folder: string, options: Partial<PairsOptions> = {}) =>
  pairsPlugin.build(decodeOptions(pairsPlugin, { folder, size: 16, ...options }))
const about = async (folder: string, options: Partial<PairsOptions> = {}): Promise<DatasetAbout> => {
  const read = dataset(folder, options)
  expect(await read.missing()).toEqual([])
  return (await read.about!())[0]!
}
const all = (size: number) => Array.from({ length: size }, (_, index) => index)

/** Writes pairs of two folders: an input of the blue of its index, a target of another blue. */
async function write(first: string, second: string, count: number, from = 0): Promise<void> {
  for (const index of all(count)) {
    await writeSmooth(join(first, `${from + index}.jpg`), from + index)
    await writeSmooth(join(second, `${from + index}.png`), 100 + from + index)
  }
}

/** The blues of the first pixels of all inputs and targets, by split. */
async function blues(folder: string, options: Partial<PairsOptions> = {}) {
  const { splits } = await dataset(folder, options).open()
  const found = Object.entries(splits).map(async ([split, { size, read }]) => {
    const { input, target } = await read(all(size))
    const blue = (values: ArrayLike<number>, at: number) => Math.round((values[at * 768 + 2]! + 1) * 127.5)
    return [split, all(size).map((at) => [blue(input!, at), blue(target!, at)])] as const
  })
  return Object.fromEntries(await Promise.all(found))
}
const blueOf = (index: number) => (40 + 23 * index) % 256

describe("pairs in two folders by equal names", () => {
  test.each([
    ["A/ and B/", "A", "B"],
    ["photos/ and masks/", "photos", "masks"],
    ["input/ and target/", "input", "target"],
  ])("are found in %s, mixed endings and all, and split", async (_, first, second) => {
    const folder = await emptyFolder()
    await write(join(folder, first), join(folder, second), 10)
    expect((await about(folder)).splits).toEqual({
      train: { images: 14, pairs: 7 },
      validation: { images: 2, pairs: 1 },
      test: { images: 4, pairs: 2 },
    })
    for (const pairs of Object.values(await blues(folder))) {
      for (const [input, target] of pairs) {
        const index = all(10).find((one) => Math.abs(blueOf(one) - input!) < 8)!
        expect(Math.abs(blueOf(100 + index) - target!)).toBeLessThan(3)
      }
    }
  })

  test.each([
    ["trainA/ trainB/", "trainA", "trainB", "testA", "testB"],
    ["train/A/ train/B/", "train/A", "train/B", "test/A", "test/B"],
    ["A/train/ B/train/", "A/train", "B/train", "A/test", "B/test"],
  ])("keep the splits of %s", async (_, trainA, trainB, testA, testB) => {
    const folder = await emptyFolder()
    await write(join(folder, trainA), join(folder, trainB), 6)
    await write(join(folder, testA), join(folder, testB), 3, 6)
    expect(Object.values((await about(folder)).splits).map(({ pairs }) => pairs)).toEqual([5, 1, 3])
    const read = await blues(folder)
    const back = await blues(folder, { direction: "rightToLeft" })
    expect(back.test).toEqual(read.test!.map(([input, target]) => [target, input]))
    for (const [at, index] of [6, 7, 8].entries())
      expect(Math.abs(read.test![at]![0]! - blueOf(index))).toBeLessThan(8)
  })

  test("have whatever names are given, which lie beside others", async () => {
    const folder = await emptyFolder()
    await write(join(folder, "day"), join(folder, "night"), 5)
    await writeSmooth(join(folder, "dusk", "0.png"), 50)
    await writeSmooth(join(folder, "day", "alone.png"), 51)
    const { splits, leftOut } = await about(folder, { folders: ["day", "night"] })
    expect(Object.values(splits).map(({ pairs }) => pairs)).toEqual([3, 1, 1])
    expect(leftOut).toEqual([
      { why: "without one of its name in night", files: ["day/alone.png"] },
      { why: "in no folder that is read", files: ["dusk/0.png"] },
    ])
    expect(await dataset(folder, { folders: ["day", "noon"] }).missing()).toEqual([
      `Expected sub-folders day and noon of image pairs in ${folder}, but there are day, dusk, night; correct \`folders\`.`,
    ])
  })

  test("must be of one name each and of equal proportions", async () => {
    const folder = await emptyFolder()
    await write(join(folder, "A"), join(folder, "B"), 4)
    await writeSmooth(join(folder, "B", "2.png"), 200, [24, 24])
    expect(await dataset(folder).missing()).toEqual([
      `${join(folder, "B", "2.png")}: expected the proportions of its partner ${join(folder, "A", "2.jpg")} (32 x 24 pixels), but it is 24 x 24; cut one of them.`,
    ])
    await cp(join(folder, "A", "1.jpg"), join(folder, "A", "1.png"))
    expect(await dataset(folder).missing()).toEqual([
      `Expected one image of each name up to the ending, but there are ${join(folder, "A", "1.jpg")} and ${join(folder, "A", "1.png")}; take one of them out.`,
    ])
    const strangers = await emptyFolder()
    await writeSmooth(join(strangers, "A", "a.png"), 1)
    await writeSmooth(join(strangers, "B", "b.png"), 2)
    expect(await dataset(strangers).missing()).toEqual([
      `Expected images (.jpg, .jpeg, .jfif, .png, .webp, .tif, .tiff, .bmp, .gif) of equal names in ${join(strangers, "A")} and ${join(strangers, "B")}, but there ` +
        "are none; name the two images of a pair alike, up to the ending.",
    ])
  })

  test("have a digest of both images, of options, and not of places", async () => {
    const [one, two] = [await emptyFolder(), await emptyFolder()]
    for (const folder of [one, two]) await write(join(folder, "A"), join(folder, "B"), 4)
    const digest = await dataset(one).digest()
    expect(await dataset(two).digest()).toBe(digest)
    const others = [
      { channels: 1 },
      { fit: "crop" },
      { direction: "rightToLeft" },
      { size: [16, 8] },
    ] as const
    const digests = await Promise.all(others.map((options) => dataset(one, options).digest()))
    await writeSmooth(join(two, "B", "0.png"), 150)
    expect(new Set([digest, ...digests, await dataset(two).digest()]).size).toBe(6)
  })

  test("whose input is in train and test are named, also where their targets differ", async () => {
    const folder = await emptyFolder()
    await write(join(folder, "trainA"), join(folder, "trainB"), 4)
    await write(join(folder, "valA"), join(folder, "valB"), 1, 5)
    await write(join(folder, "testA"), join(folder, "testB"), 2, 6)
    await cp(join(folder, "trainA", "3.jpg"), join(folder, "testA", "7.jpg"))
    expect((await about(folder)).warnings).toEqual([
      "testA/7.jpg of test is the same image as trainA/3.jpg of train, so that what is judged was learnt; take one of them out.",
    ])
    expect((await about(folder, { direction: "rightToLeft" })).warnings).toEqual([])
  })
})

describe("pairs side by side in one file", () => {
  test("may have halves that are no squares where a fit or a rectangle is given, in one channel or three", async () => {
    const folder = await emptyFolder()
    for (const index of all(4)) await writeSmooth(join(folder, "sub", `${index}.png`), index, [24, 80])
    expect(await dataset(folder).missing()).toHaveLength(4)
    for (const options of [
      { fit: "crop" },
      { fit: "pad" },
      { size: [24, 40] },
      { size: [12, 20], channels: 1 },
    ] as const) {
      expect(await dataset(folder, options).missing()).toEqual([])
      const { splits } = await dataset(folder, options).open(await emptyFolder())
      const { size = 16, channels = 3 } = options as Partial<PairsOptions>
      const shape = [...(typeof size === "number" ? [size, size] : size), channels]
      expect(splits.train.fields.input!.shape).toEqual(shape)
      const { input, target } = await splits.train.read([0, 1])
      expect([input!.length, target!.length]).toEqual(
        [2, 2].map((count) => count * shape.reduce((a, b) => a * b)),
      )
    }
    await writeSmooth(join(folder, "odd.png"), 9, [24, 81])
    expect(await dataset(folder, { fit: "crop" }).missing()).toEqual([
      `${join(folder, "odd.png")}: expected an image of an even width (two of one width side by side), but it is 81 x 24 pixels; cut it, or take it out.`,
    ])
  })
})
