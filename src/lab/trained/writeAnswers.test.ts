import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import sharp from "sharp"
import { afterEach, beforeEach, expect, test } from "vitest"
import { flatDataset, standInTrained } from "../testing/standInTrained.ts"
import type { Images } from "./answered.ts"
import { inputImages } from "./inputImages.ts"
import type { Trained } from "./openTrained.ts"
import { writeSamples, writeTranslations } from "./writeAnswers.ts"

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "saddlepoint-answers-"))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

/** What is trained stands for itself: samples are as bright as their label, translations the negative of their input. */
const trained = (more: Partial<Trained> = {}) =>
  standInTrained({
    async sample(count, { labels } = {}): Promise<Images> {
      const values = Float32Array.from({ length: count * 4 }, (_, at) => (labels?.[at >> 2] ?? 0) - 1)
      return { values, shape: [count, 2, 2, 1], range: "-1..1" }
    },
    async translate({ values, shape }): Promise<Images> {
      return { values: values.map((value) => -value), shape, range: "-1..1" }
    },
    ...more,
  })
const names = (folder: string) => (readdirSync(folder, { recursive: true }) as string[]).sort()
const colour = async (...path: string[]) =>
  [
    ...(await sharp(join(...path))
      .raw()
      .toBuffer()),
  ].slice(0, 3)

test("samples have numbers, and the class that they were told; labels are taken over and over", async () => {
  const out = join(place, "out")
  expect(await writeSamples(trained(), join(place, "plain"), { count: 2, seed: 0 })).toMatchObject({
    images: 2,
    shape: [2, 2, 1],
  })
  expect(names(join(place, "plain"))).toEqual(["0000.png", "0001.png", "sheet.png"])
  await writeSamples(trained({ classes: 3 }), out, { count: 3, seed: 0, labels: [2, 0] })
  expect(names(out)).toEqual(["0000-class-2.png", "0001-class-0.png", "0002-class-2.png", "sheet.png"])
  expect(await colour(out, "0000-class-2.png")).toEqual([255, 255, 255])
  await writeSamples(trained({ classes: 3 }), join(place, "turns"), { count: 4, seed: 0 })
  expect(names(join(place, "turns"))).toContain("0003-class-0.png")
})

test.each([
  [{}, [1], "Expected no labels, as abcd is told no classes, but got 1; leave them out."],
  [{ classes: 3 }, [0, 3], "Expected labels from 0 to 2, the classes of abcd, but got 3."],
])("labels that do not fit are a sentence (%j)", async (more, labels, sentence) => {
  const write = writeSamples(trained(more), join(place, "out"), { count: 2, seed: 0, labels })
  await expect(write).rejects.toThrow(sentence)
  expect(names(place)).toEqual([])
})

test("with neighbours, a sheet shows the samples that come nearest to training examples, the nearest above", async () => {
  const out = join(place, "out")
  const dataset = flatDataset([0.9, -0.7, 0.1], [0.5, -0.2])
  const gan = trained({ classes: 3, dataset })
  const told = await writeSamples(gan, out, { count: 3, seed: 0, labels: [0, 1, 2], neighbours: 2 })
  expect(told.neighbours).toHaveLength(1)
  expect(told.neighbours![0]).toMatchObject({ by: "pixels", file: "neighbours.png", asked: 2 })
  const { data, info } = await sharp(join(out, "neighbours.png")).raw().toBuffer({ resolveWithObject: true })
  // Images of 2 pixels are drawn 32 times as large, with gaps of as many pixels.
  const byteAt = (row: number, column: number) =>
    data[(row * 128 * info.width + column * 128) * info.channels]
  expect([info.width, info.height]).toEqual([3 * 128 - 64, 3 * 128 - 64])
  const drawn = [0, 1, 2].map((row) => [0, 1, 2].map((column) => byteAt(row, column)))
  const bytes = (...values: number[]) => values.map((value) => Math.round((value + 1) * 127.5))
  // Samples are -1, 0 and 1.
  expect(drawn).toEqual([bytes(0, 0.1, -0.7), bytes(1, 0.9, 0.1), bytes(-1, -0.7, 0.1)])
})

const red = { create: { width: 6, height: 3, channels: 3 as const, background: "#ff0000" } }

test("translations keep their names and folders; those that would have one name keep their endings", async () => {
  const [from, out] = [join(place, "in"), join(place, "out")]
  mkdirSync(join(from, "deep"), { recursive: true })
  for (const name of ["a.bmp.png", "a.jpg", "a.png", "sheet.png", "deep/a.png"]) {
    await sharp(red).toFile(join(from, name))
  }
  writeFileSync(join(from, "notes.txt"), "")
  const inputs = await inputImages(from, {}, [3, 3, 3])
  expect(inputs.leftOut).toEqual([join(from, "notes.txt")])
  const told = await writeTranslations(trained({ answers: "pairs" }), out, inputs, from, 0)
  expect(told).toEqual({ images: 5, shape: [3, 3, 3], resized: 5 })
  expect(names(out)).toEqual([
    ...["a.bmp.png", "a.png", "a.png.png", "deep", "deep/a.png", "sheet.png", "sheet.png.png"],
  ])
  expect(await colour(out, "a.png.png")).toEqual([0, 255, 255])
})

test("images are read by the options of the trial's dataset, or of the first dataset in it", async () => {
  await sharp(red).toFile(join(place, "wide.png"))
  const padded = { use: "unpaired", A: { use: "imageFolder", fit: "pad", background: "white" } }
  const { fit, paths, read } = await inputImages(place, padded, [6, 6, 1])
  const { values } = await read(paths[0]!)
  expect([fit, values.length]).toEqual(["pad", 36])
  // White above, and the luma of red, 0.299 of the way up, in the middle.
  expect(values[0]).toBe(1)
  expect(values[18]).toBeCloseTo(2 * 0.299 - 1, 2)
})

test("an image that cannot be read is a sentence, and leaves no folder", async () => {
  const from = join(place, "in")
  mkdirSync(from)
  await sharp(red).toFile(join(from, "a.png"))
  writeFileSync(join(from, "b.png"), "no image")
  const inputs = await inputImages(from, {}, [3, 3, 3])
  const write = writeTranslations(trained({ answers: "pairs" }), join(place, "out"), inputs, from, 0)
  await expect(write).rejects.toThrow(/^Expected a readable RGB or grey image, but .+b\.png is none/)
  expect(names(place)).toEqual(["in", "in/a.png", "in/b.png"])
})

test.each([
  [
    "nowhere",
    [3, 3, 3],
    /^Expected a folder of images at .+nowhere, but there is no such folder; give one\.$/,
  ],
  [".", [3, 3, 3], /^Expected a folder of images at .+, but it holds none; give one\.$/],
])("inputs in %s of shape %j are a sentence", async (name, takes, sentence) => {
  await expect(inputImages(join(place, name), {}, takes)).rejects.toThrow(sentence)
})
