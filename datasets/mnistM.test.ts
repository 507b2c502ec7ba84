import { join } from "node:path"
import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mnistPlugin } from "./mnist.ts"
import { drawCrop, mnistMPlugin, overCrop } from "./mnistM.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeIdxFolder, writePhotos } from "./testing/idxFolder.ts"

const all = (size: number) => Array.from({ length: size }, (_, index) => index)
const pairs = fc.record({
  digit: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  crop: fc.uint8Array({ minLength: 48, maxLength: 48 }),
})
const digits = (pixels: Uint8Array) => ({ count: 1, height: 4, width: 4, channels: 1, pixels }) as const

describe("the recipe of MNIST-M", () => {
  test("inverts the photo on the strokes of a binary digit and keeps it elsewhere", () => {
    fc.assert(
      fc.property(pairs, ({ digit, crop }) => {
        const { pixels } = overCrop(digits(digit), 0, "binary", crop)
        pixels.forEach((byte, at) => {
          expect(byte).toBe(digit[Math.floor(at / 3)]! > 0 ? 255 - crop[at]! : crop[at])
        })
      }),
    )
  })

  test("gives the photo back when a binary digit is applied twice", () => {
    fc.assert(
      fc.property(pairs, ({ digit, crop }) => {
        const once = overCrop(digits(digit), 0, "binary", crop).pixels
        expect(overCrop(digits(digit), 0, "binary", once).pixels).toEqual(crop)
      }),
    )
  })

  test("is the absolute difference of a grey digit and the photo, in every channel", () => {
    fc.assert(
      fc.property(pairs, ({ digit, crop }) => {
        const { pixels } = overCrop(digits(digit), 0, "grey", crop)
        pixels.forEach((byte, at) => {
          expect(byte).toBe(Math.abs(digit[Math.floor(at / 3)]! - crop[at]!))
        })
      }),
    )
  })

  test("draws crops inside the photos, the same again for the same place, from every photo and everywhere in it", () => {
    // The value of a pixel says which photo and where: red the photo, green the row, blue the column.
    const photos = [0, 1, 2].map((photo) => {
      const [height, width] = [9 + photo, 12 - photo]
      const pixels = Uint8Array.from({ length: 3 * height * width }, (_, at) => {
        const pixel = Math.floor(at / 3)
        return [photo, Math.floor(pixel / width), pixel % width][at % 3]!
      })
      return { pixels, height, width }
    })
    const seen = new Set<string>()
    for (let place = 0; place < 600; place++) {
      const crop = drawCrop(photos, { height: 8, width: 8 }, 0, "train", place)
      expect(drawCrop(photos, { height: 8, width: 8 }, 0, "train", place)).toEqual(crop)
      const [photo, top, left] = crop
      const expected = all(64).flatMap((pixel) => [photo!, top! + Math.floor(pixel / 8), left! + (pixel % 8)])
      expect(crop).toEqual(Uint8Array.from(expected))
      seen.add(`${photo} ${top} ${left}`)
    }
    // Photos of 9 x 12, 10 x 11 and 11 x 10 pixels have 2 x 5, 3 x 4 and 4 x 3 places for a crop of 8 x 8.
    expect(seen.size).toBe(10 + 12 + 12)
    const drawn = (seed: number, part: "train" | "test") =>
      all(50).map((place) => String(drawCrop(photos, { height: 8, width: 8 }, seed, part, place)))
    expect(drawn(1, "train")).not.toEqual(drawn(0, "train"))
    expect(drawn(0, "test")).not.toEqual(drawn(0, "train"))
  })
})

describe("MNIST-M", () => {
  const written = async () => {
    const folder = await emptyFolder()
    await writeIdxFolder(join(folder, "mnist"), { side: 28, train: 12, test: 6 })
    await writePhotos(join(folder, "bsds500"), 3)
    return { folder: join(folder, "mnist"), photos: join(folder, "bsds500") }
  }

  test("holds the digits of MNIST at the same options, in the same splits", async () => {
    const { folder, photos } = await written()
    const sizes = { train: 6, validation: 3, test: 4, seed: 2 }
    const build = (plugin: typeof mnistPlugin, options: object) =>
      plugin.build(decodeOptions(plugin, { ...sizes, ...options })).open()
    const plain = await build(mnistPlugin, { folder, channels: 3 })
    const mixed = await build(mnistMPlugin, { folder, photos })
    for (const name of ["train", "validation", "test"] as const) {
      const [one, other] = [plain.splits[name], mixed.splits[name]]
      const indices = all(one.size)
      const [digit, mix] = [await one.read(indices), await other.read(indices)]
      expect(mix.label).toEqual(digit.label)
      // Where MNIST is dark (byte 0) and where it is full ink, |digit - photo| is the photo and its opposite.
      const ground = mix.image!.filter((_, at) => digit.image![at] === -1)
      expect(ground.length).toBeGreaterThan(mix.image!.length / 2)
      expect(ground.some((value) => value > -0.9)).toBe(true)
    }
  })

  test("says what is missing of digits and photos", async () => {
    const folder = await emptyFolder()
    const sentences = await mnistMPlugin
      .build(decodeOptions(mnistMPlugin, { folder, photos: join(folder, "none") }))
      .missing()
    expect(sentences).toHaveLength(2)
    expect(sentences[1]).toBe(
      `Expected the photos of bsds500 in ${join(folder, "none")}, but there are none; run \`saddlepoint datasets pull ` +
        "bsds500`, or set SADDLEPOINT_DATA to a folder that holds bsds500/.",
    )
  })

  test("refuses photos that are smaller than a digit", async () => {
    const { folder } = await written()
    const small = await emptyFolder()
    const { default: sharp } = await import("sharp")
    await sharp(Buffer.alloc(27 * 40 * 3), { raw: { width: 40, height: 27, channels: 3 } })
      .png()
      .toFile(join(small, "a.png"))
    const dataset = mnistMPlugin.build(decodeOptions(mnistMPlugin, { folder, photos: small, validation: 2 }))
    await expect(dataset.open()).rejects.toThrow(
      `Expected a photo of at least 28 x 28 pixels, but ${join(small, "a.png")} has 40 x 27; take it out.`,
    )
  })

  test.skipIf(!process.env.SADDLEPOINT_DATA)("is built of the real digits and photos", async () => {
    const dataset = mnistMPlugin.build(decodeOptions(mnistMPlugin, {}))
    expect(await dataset.missing()).toEqual([])
    const { splits } = await dataset.open()
    expect([splits.train.size, splits.validation.size, splits.test.size]).toEqual([55_000, 5000, 10_000])
    const source = stream("mnistM.test")
    const { image, label } = await splits.train.read(all(500).map(() => source.integer(55_000)))
    expect(new Set(label)).toEqual(new Set(all(10)))
    // Mean of the three channels over 255 in other copies of MNIST-M: 0.46, 0.46, 0.41 with a spread of a few hundredths.
    const means = [0, 1, 2].map((channel) => {
      const values = Array.from(image!).filter((_, at) => at % 3 === channel)
      return values.reduce((sum, value) => sum + (value + 1) / 2, 0) / values.length
    })
    for (const mean of means) expect(mean > 0.3 && mean < 0.55).toBe(true)
  })
})
