import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { DatasetAbout } from "@saddlepoint/core/contracts/dataset"
import sharp from "sharp"
import { describe, expect, test } from "vitest"
import { imageFolderPlugin } from "./imageFolder.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeFlatImage } from "./testing/flatImage.ts"
import { smooth, writeSmooth } from "./testing/ownImages.ts"

const dataset = (folder: string, options: object = {}) =>
  imageFolderPlugin.build(decodeOptions(imageFolderPlugin, { folder, labels: "none", size: 16, ...options }))
const about = async (folder: string, options: object = {}): Promise<DatasetAbout> => {
  const read = dataset(folder, options)
  expect(await read.missing()).toEqual([])
  return (await read.about!())[0]!
}
const counts = ({ splits }: DatasetAbout) => Object.values(splits).map(({ images }) => images)
const all = (size: number) => Array.from({ length: size }, (_, index) => index)

/** Every image of a folder, by its first pixel as bytes. */
async function firstPixels(folder: string, options: object = {}): Promise<number[][]> {
  const read = dataset(folder, options)
  expect(await read.missing()).toEqual([])
  const { splits } = await read.open()
  const found: number[][] = []
  for (const { size, fields, read: values } of Object.values(splits)) {
    const { image } = await values(all(size))
    const [height, width, channels] = fields.image!.shape as [number, number, number]
    for (const at of all(size)) {
      const from = at * height * width * channels
      found.push([...image!.subarray(from, from + channels)].map((value) => Math.round((value + 1) * 127.5)))
    }
  }
  return found.sort((a, b) => a[0]! - b[0]!)
}

/** A folder of three images of one colour, and one more that is written. */
async function withOne(name: string, write: (path: string) => Promise<unknown>): Promise<string> {
  const folder = await emptyFolder()
  for (const grey of [0, 1, 2]) await writeFlatImage(join(folder, `${grey}.png`), [grey, grey, grey], 20, 20)
  await write(join(folder, name))
  return folder
}

describe("what lies in a folder", () => {
  test("links to classes and to files are followed, and sub-folders of classes read", async () => {
    const [folder, elsewhere] = [await emptyFolder(), await emptyFolder()]
    for (const index of all(5)) {
      await writeSmooth(join(elsewhere, "cats", `${index}.png`), index)
      await writeSmooth(join(folder, "dogs", index < 3 ? "big" : "small/one", `${index}.png`), 10 + index)
    }
    await writeSmooth(join(elsewhere, "rex.png"), 20)
    await symlink(join(elsewhere, "cats"), join(folder, "cats"))
    await symlink(join(elsewhere, "rex.png"), join(folder, "dogs", "rex.png"))
    await symlink(folder, join(folder, "dogs", "around"))
    const found = await about(folder, { labels: "folders" })
    expect(Object.values(found.splits).map(({ classes }) => classes)).toEqual([
      { cats: 3, dogs: 4 },
      { cats: 1, dogs: 1 },
      { cats: 1, dogs: 1 },
    ])
    expect(found.leftOut).toEqual([{ why: "a link to a folder that it lies in", files: ["dogs/around"] }])
    expect((await dataset(folder, { labels: "folders" }).open()).splits.train.size).toBe(7)
  })

  test("a link to nothing is named", async () => {
    const folder = await withOne("gone.png", (path) => symlink("nowhere", path))
    expect(await dataset(folder).missing()).toEqual([
      `Expected a readable RGB or grey image, but ${join(folder, "gone.png")} is none (it is a link to nothing, or gone); replace it or take it out.`,
    ])
  })

  test("images of all endings in any case are read together, each the same image", async () => {
    const folder = await emptyFolder()
    const endings = ["png", "PNG", "jpg", "JPG", "jpeg", "jfif", "webp", "tif", "TIFF", "bmp", "BMP", "gif"]
    for (const [index, ending] of endings.entries()) await writeSmooth(join(folder, `${index}.${ending}`), 4)
    // Copies of one image stay in one split, so some others must stand beside them.
    for (const index of [1, 8]) await writeSmooth(join(folder, `other${index}.png`), index)
    const seen = await firstPixels(folder)
    expect(seen).toHaveLength(14)
    const blues = seen.map(([, , blue]) => blue!)
    for (const blue of blues.filter((value) => Math.abs(value - 132) < 20))
      expect(Math.abs(blue - 132)).toBeLessThan(4)
    expect(blues.filter((value) => Math.abs(value - 132) < 4)).toHaveLength(12)
  })

  test("of an animation the first picture is read", async () => {
    const frames = await Promise.all(
      [200, 10].map((grey) =>
        sharp({ create: { width: 8, height: 8, channels: 3, background: { r: grey, g: grey, b: grey } } })
          .png()
          .toBuffer(),
      ),
    )
    const folder = await withOne("moving.gif", (path) =>
      sharp(frames, { join: { animated: true } })
        .gif()
        .toFile(path),
    )
    expect((await firstPixels(folder)).at(-1)).toEqual([200, 200, 200])
  })

  test("files that are left out are counted by their reasons", async () => {
    const folder = await emptyFolder()
    for (const index of all(6)) await writeSmooth(join(folder, "train", `${index}.jpg`), index)
    await writeSmooth(join(folder, "test", "a.jpg"), 6)
    await writeSmooth(join(folder, "docs", "plan.png"), 7)
    await writeFile(join(folder, "train", "labels.csv"), "a,b")
    await writeFile(join(folder, "train", "notes.csv"), "a,b")
    await writeFile(join(folder, "test", ".DS_Store"), "")
    expect((await about(folder)).leftOut).toEqual([
      { why: "no image by its ending .csv", files: ["train/labels.csv", "train/notes.csv"] },
      { why: "hidden", files: ["test/.DS_Store"] },
      { why: "in no folder that is read", files: ["docs/plan.png"] },
    ])
  })

  test("ready splits are kept with classes and without, called val or Valid, and images of two domains by their names", async () => {
    const folder = await emptyFolder()
    for (const [split, count, from] of [
      ["train", 6, 0],
      ["Valid", 2, 6],
      ["test", 3, 8],
    ] as const) {
      for (const index of all(count)) {
        for (const name of ["a", "b"])
          await writeSmooth(join(folder, split, name, `${index}.png`), from + index + (name === "b" ? 20 : 0))
      }
    }
    expect((await about(folder, { labels: "folders" })).splits).toEqual({
      train: { images: 12, classes: { a: 6, b: 6 } },
      validation: { images: 4, classes: { a: 2, b: 2 } },
      test: { images: 6, classes: { a: 3, b: 3 } },
    })
    expect(counts(await about(folder))).toEqual([12, 4, 6])
    const domains = await emptyFolder()
    for (const [index, name] of ["trainA", "trainA", "trainA", "trainB", "trainB", "testA"].entries())
      await writeSmooth(join(domains, name, `${index}.jpg`), index)
    expect(counts(await about(domains, { domain: "A" }))).toEqual([2, 1, 1])
    expect(await dataset(domains, { domain: "B" }).missing()).toEqual([
      `Expected at least 3 different images to split into train, validation and test in ${join(domains, "trainB")}, but there are 2.`,
    ])
  })

  test("the same content in train and test is named", async () => {
    const folder = await emptyFolder()
    for (const index of all(4)) await writeSmooth(join(folder, "train", `${index}.png`), index)
    await writeSmooth(join(folder, "test", "new.png"), 9)
    await cp(join(folder, "train", "2.png"), join(folder, "test", "old.png"))
    await writeSmooth(join(folder, "val", "3.png"), 12)
    expect((await about(folder)).warnings).toEqual([
      "test/old.png of test is the same image as train/2.png of train, so that what is judged was learnt; take one of them out.",
    ])
  })
})

describe("what an image is made of", () => {
  test("grey, CMYK and turned images are RGB and upright", async () => {
    const grey = await withOne("grey.png", (path) => writeFlatImage(path, [77], 20, 20))
    expect((await firstPixels(grey)).at(-1)).toEqual([77, 77, 77])
    const cmyk = await withOne("print.jpg", (path) =>
      smooth(24, 32).modulate({ brightness: 0.9 }).toColourspace("cmyk").jpeg().toFile(path),
    )
    expect(await firstPixels(cmyk)).toHaveLength(4)
    // Red above, blue below; the camera lay on its side.
    const pixels = Uint8Array.from(all(20 * 20).flatMap((at) => (at % 20 < 10 ? [255, 0, 0] : [0, 0, 255])))
    const turned = await withOne("turned.png", (path) =>
      sharp(pixels, { raw: { width: 20, height: 20, channels: 3 } })
        .withMetadata({ orientation: 8 })
        .png()
        .toFile(path),
    )
    // Turned a quarter to the left, the right half is above.
    expect((await firstPixels(turned)).map((pixel) => pixel.join())).toContain("0,0,255")
  })

  test("opacity that hides nothing is dropped; what shows through must be declared", async () => {
    const opaque = await withOne("opaque.png", (path) => writeFlatImage(path, [90, 100, 110, 255], 20, 20))
    expect((await firstPixels(opaque)).at(-1)).toEqual([90, 100, 110])
    const clear = await withOne("clear.png", (path) => writeFlatImage(path, [100, 100, 100, 51], 20, 20))
    expect(await dataset(clear).missing()).toEqual([
      `Expected a readable RGB or grey image, but ${join(clear, "clear.png")} is none (it has transparent pixels, which have no colour of their ` +
        "own; give a `background`, or flatten it); replace it or take it out.",
    ])
    expect((await firstPixels(clear, { background: "white" })).at(-1)).toEqual([224, 224, 224])
    expect((await firstPixels(clear, { background: [0, 0, 255] })).at(-1)).toEqual([20, 20, 224])
    const digests = await Promise.all(
      [{ background: "white" }, { background: "black" }].map((options) => dataset(clear, options).digest()),
    )
    expect(digests[0]).not.toBe(digests[1])
  })

  test("a scan of 12 bits is not black, one of 16 keeps its brightness, and a declared range decides", async () => {
    const scan = (most: number) => (path: string) =>
      sharp(new Uint16Array(400).fill(most / 2), { raw: { width: 20, height: 20, channels: 1 } })
        .toColourspace("grey16")
        .png()
        .toFile(path)
    const twelve = await withOne("scan.png", scan(4094))
    expect((await firstPixels(twelve)).at(-1)).toEqual([255, 255, 255])
    await scan(8190)(join(twelve, "brighter.png"))
    // Both of the range of 12 bits: the first is half as bright.
    expect((await firstPixels(twelve)).slice(-2)).toEqual([
      [127, 127, 127],
      [255, 255, 255],
    ])
    expect((await firstPixels(twelve, { range: [0, 8190] })).slice(-2)).toEqual([
      [64, 64, 64],
      [128, 128, 128],
    ])
    const sixteen = await withOne("scan.tif", (path) =>
      sharp(new Uint16Array(400).fill(51400), { raw: { width: 20, height: 20, channels: 1 } })
        .toColourspace("grey16")
        .tiff()
        .toFile(path),
    )
    expect((await firstPixels(sixteen)).at(-1)).toEqual([200, 200, 200])
    expect(
      imageFolderPlugin.check!(
        decodeOptions(imageFolderPlugin, { folder: "x", labels: "none", range: [5, 5] }),
      ),
    ).toEqual([
      {
        path: ["range"],
        message:
          "expected a range from a smaller value to a larger one, but got [5, 5]; exchange or correct them.",
      },
    ])
  })

  test("images are squashed, cut or padded to a size that may be a rectangle", async () => {
    // White in the middle, black at both ends.
    const wide = Uint8Array.from(
      all(16 * 48).flatMap((at) => (at % 48 >= 16 && at % 48 < 32 ? [255, 255, 255] : [0, 0, 0])),
    )
    const folder = await withOne("wide.png", (path) =>
      sharp(wide, { raw: { width: 48, height: 16, channels: 3 } })
        .png()
        .toFile(path),
    )
    const whole = async (options: object) => {
      const { splits } = await dataset(folder, { channels: 1, ...options }).open()
      const images = await Promise.all(
        Object.values(splits).map(async ({ size, read }) => [...(await read(all(size))).image!]),
      )
      const light = images.flat().filter((value) => value > 0).length
      return { light, shape: splits.train.fields.image!.shape }
    }
    expect(await whole({ size: 16, fit: "crop" })).toEqual({ light: 256, shape: [16, 16, 1] })
    expect(await whole({ size: [8, 24] })).toEqual({ light: 8 * 8, shape: [8, 24, 1] })
    const { light } = await whole({ size: 48, fit: "pad" })
    expect(light).toBe(16 * 16)
    const padded = await whole({ size: 48, fit: "pad", background: "white" })
    expect(padded.light).toBe(16 * 16 + 32 * 48)
    const digests = await Promise.all(
      [{}, { fit: "squash" }, { fit: "crop" }, { size: [16, 16] }].map((options) =>
        dataset(folder, options).digest(),
      ),
    )
    expect(new Set(digests).size).toBe(4)
  })
})

describe("what is not as it should be", () => {
  test("a JPEG or PNG without its end marker, and one with bytes after it, are read; the first with a warning", async () => {
    const folder = await emptyFolder()
    for (const index of all(3)) await writeSmooth(join(folder, `${index}.png`), index)
    const jpeg = await smooth(24, 32, 5).jpeg().toBuffer()
    const png = await smooth(24, 32, 6).png().toBuffer()
    await writeFile(join(folder, "endless.jpg"), jpeg.subarray(0, -2))
    await writeFile(join(folder, "endless.png"), png.subarray(0, -12))
    await writeFile(join(folder, "more.jpg"), Buffer.concat([jpeg, Buffer.from("more")]))
    expect((await about(folder)).warnings).toEqual([
      "endless.jpg is read although its end marker is missing; save it again.",
      "endless.png is read although its end marker is missing; save it again.",
    ])
    expect(await firstPixels(folder)).toHaveLength(6)
  })

  test("stray bytes between the parts of a JPEG are read with a warning", async () => {
    const jpeg = await smooth(24, 32, 5).jpeg().toBuffer()
    // Before the first table.
    const at = jpeg.indexOf(Uint8Array.of(0xff, 0xdb))
    const stray = Buffer.concat([jpeg.subarray(0, at), Buffer.from([1, 2, 3]), jpeg.subarray(at)])
    const folder = await withOne("stray.jpg", (path) => writeFile(path, stray))
    expect((await about(folder)).warnings).toEqual([
      "stray.jpg is read although it has stray bytes between its parts; save it again.",
    ])
    expect(await firstPixels(folder)).toHaveLength(4)
  })

  test("damage behind the header is found, for every image by name", async () => {
    const folder = await emptyFolder()
    for (const index of all(9))
      await writeSmooth(join(folder, `${index}.${["png", "jpg", "webp"][index % 3]}`), index)
    for (const name of ["0.png", "1.jpg", "2.webp", "4.jpg"]) {
      const bytes = await readFile(join(folder, name))
      await writeFile(join(folder, name), bytes.subarray(0, bytes.length * 0.7))
    }
    const flipped = await readFile(join(folder, "6.png"))
    flipped[flipped.length >> 1]! ^= 0xff
    await writeFile(join(folder, "6.png"), flipped)
    const sentences = await dataset(folder).missing()
    expect(sentences.map((sentence) => /(\d\.\w+) is none/.exec(sentence)?.[1])).toEqual([
      "0.png",
      "1.jpg",
      "2.webp",
      "4.jpg",
      "6.png",
    ])
  })

  test("what was seen of an image is kept by its bytes, and a cache that cannot be written stops nobody", async () => {
    const folder = await emptyFolder()
    const cache = await emptyFolder()
    for (const index of all(4)) await writeSmooth(join(folder, `${index}.png`), 30 + index)
    await dataset(folder).missing(cache)
    const [file] = await readdir(cache)
    const kept = JSON.parse(await readFile(join(cache, file!), "utf8"))
    expect(Object.values(kept)).toHaveLength(4)
    expect(Object.values(kept)[0]).toEqual({ height: 24, width: 32, grey: false, transparent: false })
    await writeSmooth(join(folder, "4.png"), 40)
    await dataset(folder).missing(cache)
    expect(Object.keys(JSON.parse(await readFile(join(cache, file!), "utf8")))).toHaveLength(5)
    await mkdir(join(folder, "sub"))
    await writeSmooth(join(folder, "sub", "5.png"), 41)
    expect(await dataset(folder).missing(join(folder, "0.png"))).toEqual([])
  })
})
