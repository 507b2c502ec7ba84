import { join, resolve } from "node:path"
import sharp from "sharp"
import { afterEach, describe, expect, test, vi } from "vitest"
import { cmpFacadesPlugin } from "./cmpFacades.ts"
import { renderFacade } from "./facades.ts"
import { cmpClasses, cmpLabels, cmpPalette } from "./published/cmpLabels.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeCmpFolder } from "./testing/pairFolder.ts"

const dataset = (options: object = {}) => cmpFacadesPlugin.build(decodeOptions(cmpFacadesPlugin, options))

/** RGB bytes of a label map in the CMP colours. */
const painted = (labels: Uint8Array) =>
  Uint8Array.from([...labels].flatMap((label) => [...cmpPalette[label]!]))

afterEach(() => vi.unstubAllEnvs())

describe("the CMP label reader", () => {
  test("reads exact colours exactly", () => {
    const labels = Uint8Array.from({ length: 144 }, (_, pixel) => pixel % 12)
    expect(cmpLabels(painted(labels), 12, 12)).toEqual(labels)
  })

  test("reads labels through JPEG with subsampled chroma, as the files are coded", async () => {
    // Classes of the generated layouts stand for the first eight of CMP; parts are 16 pixels and more at this size.
    let wrong = 0
    let strangers = 0
    for (let index = 0; index < 3; index++) {
      const { labels } = renderFacade({ size: 256, seed: 0 }, "test", index)
      const raw = { width: 256, height: 256, channels: 3 } as const
      const jpeg = await sharp(painted(labels!), { raw })
        .jpeg({ quality: 75, chromaSubsampling: "4:2:0" })
        .toBuffer()
      const read = cmpLabels(await sharp(jpeg).raw().toBuffer(), 256, 256)
      const present = new Set(labels)
      read.forEach((label, pixel) => {
        if (label !== labels![pixel]) wrong++
        if (!present.has(label)) strangers++
      })
    }
    expect(wrong / (3 * 256 * 256)).toBeLessThan(0.01)
    expect(strangers / (3 * 256 * 256)).toBeLessThan(0.005)
  })

  test("takes the commonest class of a cell when it shrinks", () => {
    // 2 x 2 cells of 2 x 2 pixels, three of each cell of one class.
    const labels = Uint8Array.from([1, 2, 3, 3, 1, 1, 4, 3, 5, 5, 6, 6, 5, 0, 6, 7])
    expect([...cmpLabels(painted(labels), 4, 2)]).toEqual([1, 3, 5, 6])
  })
})

describe("the CMP facades", () => {
  test("are read from SADDLEPOINT_DATA, or from a folder that is given", async () => {
    const data = await emptyFolder()
    await writeCmpFolder(join(data, "facades"))
    vi.stubEnv("SADDLEPOINT_DATA", data)
    expect(await dataset({ size: 16 }).missing()).toEqual([])
    const { splits, classes } = await dataset({ size: 16 }).open()
    expect([splits.train.size, splits.validation.size, splits.test.size]).toEqual([5, 2, 3])
    expect(classes).toEqual(cmpClasses)
    vi.stubEnv("SADDLEPOINT_DATA", "")
    const given = dataset({ size: 16, folder: join(data, "facades") })
    expect(await given.missing()).toEqual([])
    expect(await (await given.open()).splits.test.read([1])).toEqual(await splits.test.read([1]))
  })

  test("translate labels (right) to photos (left)", async () => {
    const data = await emptyFolder()
    await writeCmpFolder(data)
    const { splits } = await dataset({ size: 32, folder: data }).open()
    const { input, target, labels } = await splits.train.read([0])
    labels!.forEach((label, pixel) => {
      const colour = [...input!.subarray(3 * pixel, 3 * pixel + 3)]
      expect(colour).toEqual(cmpPalette[label]!.map((byte) => Math.fround(byte / 127.5 - 1)))
    })
    const original = renderFacade({ size: 32, seed: 99 }, "train", 0)
    let distance = 0
    original.target.forEach((byte, at) => {
      distance += Math.abs(byte / 127.5 - 1 - target![at]!)
    })
    // JPEG at quality 95 moves a value by a few hundredths of the range.
    expect(distance / target!.length).toBeLessThan(0.1)
  })

  test("say in a sentence what is missing", async () => {
    vi.stubEnv("SADDLEPOINT_DATA", "")
    expect(await dataset().missing()).toEqual([
      ...["train", "val", "test"].map(
        (split) =>
          `Expected the CMP facades' folder ${resolve("data", "facades", split)}, but there is none; run ` +
          "`saddlepoint datasets pull facades`, or correct `folder` or SADDLEPOINT_DATA.",
      ),
    ])
    const folder = await emptyFolder()
    await writeCmpFolder(folder, { train: 1, val: 0, test: 1 })
    expect(await dataset({ folder }).missing()).toEqual([
      `Expected the CMP facades' folder ${join(folder, "val")}, but there is none; run \`saddlepoint datasets pull facades\`, or correct \`folder\` or SADDLEPOINT_DATA.`,
    ])
    await expect(dataset({ folder }).open()).rejects.toThrow(
      `Expected the CMP facades' images in ${join(folder, "val")}, but there are none.`,
    )
  })

  test.skipIf(!process.env.SADDLEPOINT_DATA)(
    "are 400, 100 and 106 real pairs of all 12 classes",
    async () => {
      const real = dataset({ size: 64 })
      expect(await real.missing()).toEqual([])
      const { splits } = await real.open()
      expect([splits.train.size, splits.validation.size, splits.test.size]).toEqual([400, 100, 106])
      const { labels } = await splits.test.read(Array.from({ length: 20 }, (_, index) => index))
      const shares = cmpClasses.map(
        (_, label) => labels!.filter((other) => other === label).length / labels!.length,
      )
      for (const share of shares) expect(share).toBeGreaterThan(0.001)
      // Walls are the commonest class of the database, then background, then windows.
      expect(shares.indexOf(Math.max(...shares))).toBe(cmpClasses.indexOf("facade"))
    },
  )
})
