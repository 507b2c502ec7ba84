import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises"
import { join, relative } from "node:path"
import sharp from "sharp"
import { describe, expect, expectTypeOf, test } from "vitest"
import { identityDigest } from "./formats/identityDigest.ts"
import { contentHashes } from "./formats/imageFiles.ts"
import { type PairsOptions, pairs, pairsPlugin } from "./pairs.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writePair } from "./testing/pairFolder.ts"

const dataset = (folder: string, options: Partial<PairsOptions> = {}) =>
  pairsPlugin.build(decodeOptions(pairsPlugin, { folder, size: 16, ...options }))

async function folderOf(count: number, ending = "png"): Promise<string> {
  const folder = await emptyFolder()
  for (let index = 0; index < count; index++) await writePair(join(folder, `${index}.${ending}`), index)
  return folder
}

const all = (size: number) => Array.from({ length: size }, (_, index) => index)

describe("a folder of pairs", () => {
  test("gives the halves in the chosen direction", async () => {
    const folder = await folderOf(3)
    const size = 32
    const forth = await (await dataset(folder, { size }).open()).splits.train.read([0])
    const back = await (await dataset(folder, { size, direction: "rightToLeft" }).open()).splits.train.read([
      0,
    ])
    expect(forth.input).toEqual(back.target)
    expect(forth.target).toEqual(back.input)
    expect(forth.input).not.toEqual(forth.target)
    expect(Object.keys(forth).sort()).toEqual(["input", "target"])
  })

  test("gives the bytes of the file where nothing is resized", async () => {
    const folder = await folderOf(3)
    const { splits } = await dataset(folder, { size: 32 }).open()
    const { input } = await splits.train.read([0])
    const files = await Promise.all(
      (await readdir(folder)).map((name) =>
        sharp(join(folder, name)).extract({ left: 0, top: 0, width: 32, height: 32 }).raw().toBuffer(),
      ),
    )
    const values = files.map((bytes) => String(Float32Array.from(bytes, (byte) => byte / 127.5 - 1)))
    expect(values).toContain(String(input))
  })

  test("splits by the seed and the files' bytes, with copies in one split and names of no matter", async () => {
    const folder = await folderOf(10)
    for (const copy of ["copy.png", "again.png"])
      await writeFile(join(folder, copy), await readFile(join(folder, "4.png")))
    const contents = async (options: Partial<PairsOptions> = {}) => {
      const { splits } = await dataset(folder, options).open()
      const of = async (name: keyof typeof splits) => {
        const { input } = await splits[name].read(all(splits[name].size))
        return all(splits[name].size)
          .map((index) => String(input!.subarray(index * 768, (index + 1) * 768)))
          .sort()
      }
      return { train: await of("train"), validation: await of("validation"), test: await of("test") }
    }
    const before = await contents()
    expect(before.train.length + before.validation.length + before.test.length).toBe(12)
    expect(new Set(before.validation).size).toBe(1)
    expect(new Set(before.test).size).toBe(2)
    for (const image of before.train) {
      expect(before.validation).not.toContain(image)
      expect(before.test).not.toContain(image)
    }
    await rename(join(folder, "0.png"), join(folder, "z.png"))
    expect(await contents()).toEqual(before)
    const others = await Promise.all([1, 2, 3].map((seed) => contents({ seed })))
    expect(others.some(({ test }) => String(test) !== String(before.test))).toBe(true)
  })

  test("takes sub-folders as splits and draws the missing ones from train", async () => {
    const folder = await emptyFolder()
    for (let index = 0; index < 10; index++) await writePair(join(folder, "train", `${index}.png`), index)
    for (let index = 10; index < 13; index++) await writePair(join(folder, "val", `${index}.jpg`), index)
    const { splits } = await dataset(folder).open()
    expect([splits.train.size, splits.validation.size, splits.test.size]).toEqual([8, 3, 2])
  })

  test("has a digest of bytes and options, not of places", async () => {
    const [one, two] = [await folderOf(4), await folderOf(4)]
    const digest = await dataset(one).digest()
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(await dataset(two).digest()).toBe(digest)
    expect(await dataset(relative(process.cwd(), one)).digest()).toBe(digest)
    expect(await dataset(one, { size: 32 }).digest()).not.toBe(digest)
    expect(await dataset(one, { direction: "rightToLeft" }).digest()).not.toBe(digest)
    await writePair(join(one, "0.png"), 77)
    expect(await dataset(one).digest()).not.toBe(digest)
  })

  test("gives the same from the cache as without it, and writes the cache once", async () => {
    const folder = await folderOf(6, "jpg")
    const cache = await emptyFolder()
    const fresh = await (await dataset(folder).open()).splits.train.read([2, 0, 2])
    const cached = await (await dataset(folder).open(cache)).splits.train.read([2, 0, 2])
    expect(cached).toEqual(fresh)
    const [key] = await readdir(cache)
    expect(await readdir(join(cache, key!))).toEqual(["train.bin"])
    const again = await (await dataset(folder).open(cache)).splits.train.read([2, 0, 2])
    expect(again).toEqual(fresh)
    // A cache of another length was not finished by us: it is written anew.
    await writeFile(join(cache, key!, "train.bin"), "half")
    expect(await (await dataset(folder).open(cache)).splits.train.read([2, 0, 2])).toEqual(fresh)
  })

  test("lets two writers of one cache finish side by side", async () => {
    const folder = await folderOf(6)
    const cache = await emptyFolder()
    const read = async () => (await dataset(folder).open(cache)).splits.train.read([0, 1, 2])
    const [one, two] = await Promise.all([read(), read()])
    expect(one).toEqual(two)
    const [key] = await readdir(cache)
    expect(await readdir(join(cache, key!))).toEqual(["train.bin"])
  })

  test("is known to the compiler as pairs without labels", () => {
    const chosen = pairs({ folder: "photos" })
    expectTypeOf<NonNullable<typeof chosen.facts>>().toEqualTypeOf<{
      readonly fields: { readonly input: "image"; readonly target: "image" }
      readonly labels: false
    }>()
    expect(chosen.options).toEqual({ folder: "photos" })
  })
})

describe("a folder that cannot be used gets one sentence", () => {
  const odd = async (name: string, write: (path: string) => Promise<unknown>) => {
    const folder = await folderOf(4)
    const path = join(folder, name)
    await write(path)
    return { folder, path, sentences: await dataset(folder).missing() }
  }
  const blank = (width: number, height: number, channels: 3 | 4) =>
    sharp({ create: { width, height, channels, background: { r: 1, g: 2, b: 3, alpha: 0.5 } } })

  test("when it is not there", async () => {
    const folder = join(await emptyFolder(), "nowhere")
    const sentence = `Expected a folder of image pairs at ${folder}, but there is none; correct \`folder\`.`
    expect(await dataset(folder).missing()).toEqual([sentence])
    await expect(dataset(folder).open()).rejects.toThrow(sentence)
  })

  test("when it holds no images", async () => {
    const folder = await emptyFolder()
    await writeFile(join(folder, "notes.txt"), "no image")
    expect(await dataset(folder).missing()).toEqual([
      `Expected image pairs (.jpg, .jpeg, .jfif, .png, .webp, .tif, .tiff, .bmp, .gif) in ${folder}, but there are none.`,
    ])
  })

  test("when it holds too few to split", async () => {
    const folder = await folderOf(2)
    expect(await dataset(folder).missing()).toEqual([
      `Expected at least 3 different images to split into train, validation and test in ${folder}, but there are 2.`,
    ])
  })

  test("when it has a test folder and no train", async () => {
    const folder = await emptyFolder()
    await writePair(join(folder, "test", "0.png"), 0)
    await mkdir(join(folder, "other"))
    expect(await dataset(folder).missing()).toEqual([
      `Expected a sub-folder train beside those for validation or test in ${folder}, but there is none.`,
    ])
  })

  test("but not when an image is grey: it has three equal channels", async () => {
    const { sentences } = await odd("grey.png", (to) => blank(8, 4, 3).toColourspace("b-w").png().toFile(to))
    expect(sentences).toEqual([])
  })

  test("when an image has transparency", async () => {
    const { path, sentences } = await odd("clear.png", (to) => blank(8, 4, 4).png().toFile(to))
    expect(sentences).toEqual([
      `${path}: expected an RGB or grey image, but it has transparent pixels, which have no colour of their own; give a ` +
        "`background`, or flatten it.",
    ])
  })

  test("when an image is not twice as wide as high", async () => {
    const { path, sentences } = await odd("wide.jpg", (to) => blank(9, 4, 3).jpeg().toFile(to))
    expect(sentences).toEqual([
      `${path}: expected an image twice as wide as high (two squares side by side), but it is 9 x 4 pixels; ` +
        "give a `fit`, or take it out.",
    ])
  })

  test("when a file is no image", async () => {
    const { path, sentences } = await odd("text.jpg", (to) => writeFile(to, "no image"))
    expect(sentences).toHaveLength(1)
    expect(sentences[0]).toMatch(`${path}: expected a readable image, but decoding fails (`)
    expect(sentences[0]).toMatch("; replace the file or take it out of the folder.")
    expect(sentences[0]).not.toContain("\n")
  })

  test("when an image is cut off, which shows only in decoding: at once, and again when it is read", async () => {
    const folder = await emptyFolder()
    for (let index = 0; index < 3; index++) {
      const path = join(folder, `${index}.jpg`)
      await writePair(path, index, 64)
      const bytes = await readFile(path)
      await writeFile(path, bytes.subarray(0, bytes.length / 2))
    }
    const sentences = await dataset(folder).missing()
    expect(sentences).toHaveLength(3)
    for (const sentence of sentences)
      expect(sentence).toMatch(/: expected a readable image, but decoding fails \(/)
    const { splits } = await dataset(folder).open()
    await expect(splits.train.read([0])).rejects.toThrow(/^Expected a readable RGB or grey image, but /)
    const cached = await dataset(folder).open(await emptyFolder())
    await expect(cached.splits.train.read([0])).rejects.toThrow(
      /^Expected a readable RGB or grey image, but /,
    )
  })

  test("for each of many odd images, by name", async () => {
    const folder = await emptyFolder()
    for (let index = 0; index < 8; index++)
      await blank(4, 4, 3)
        .png()
        .toFile(join(folder, `${index}.png`))
    const sentences = await dataset(folder).missing()
    expect(sentences.map((sentence) => sentence.split(": ")[0])).toEqual(
      all(8).map((index) => join(folder, `${index}.png`)),
    )
  })

  test("when the shares leave nothing to train on", () => {
    const options = decodeOptions(pairsPlugin, { folder: "x", validation: 0.5, test: 0.5 })
    expect(pairsPlugin.check!(options)).toEqual([
      {
        path: ["test"],
        message:
          "expected shares of validation and test that leave something to train on, but 0.5 and 0.5 sum to 1 or " +
          "more; make one of them smaller.",
      },
    ])
  })
})

test("options that came later are no part of the identity of who leaves them out", async () => {
  const folder = await folderOf(4)
  expect(Object.keys(decodeOptions(pairsPlugin, { folder }))).toEqual([
    "folder",
    "size",
    "direction",
    "validation",
    "test",
    "seed",
  ])
  // As the first version of the dataset had it.
  const { splits } = await dataset(folder, { size: 32 }).open()
  const byContent = new Map<string, string>()
  for (const name of await readdir(folder)) {
    const left = await sharp(join(folder, name))
      .extract({ left: 0, top: 0, width: 32, height: 32 })
      .raw()
      .toBuffer()
    byContent.set(String(Float32Array.from(left, (byte) => byte / 127.5 - 1)), name)
  }
  const parts: unknown[] = ["pairs", 1, 32, "leftToRight"]
  for (const { size, read } of [splits.train, splits.validation, splits.test]) {
    const { input } = await read(all(size))
    const names = all(size).map((at) => byContent.get(String(input!.subarray(3072 * at, 3072 * (at + 1))))!)
    parts.push(names, await contentHashes(names.map((name) => join(folder, name))))
  }
  expect(await dataset(folder, { size: 32 }).digest()).toBe(identityDigest(parts))
})
