import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { digitBytes, writeIdxFolder } from "./testing/idxFolder.ts"
import { uspsPlugin, zipImages } from "./usps.ts"

const dataset = (options: object = {}) => uspsPlugin.build(decodeOptions(uspsPlugin, options))
const all = (size: number) => Array.from({ length: size }, (_, index) => index)

/** A line of the book's files for 256 bytes, to three places. */
const line = (digit: number, bytes: Uint8Array) =>
  `${digit}.0000 ${[...bytes].map((byte) => (byte / 127.5 - 1).toFixed(3)).join(" ")} \n`

describe("USPS", () => {
  test("is the same in both forms of its files", async () => {
    const [idx, text] = [await emptyFolder(), await emptyFolder()]
    await writeIdxFolder(idx, { side: 16, train: 12, test: 5 }, { train: "usps-train", test: "usps-test" })
    for (const [part, count] of [
      ["train", 12],
      ["test", 5],
    ] as const) {
      const bytes = digitBytes(count, 16, part)
      const lines = all(count).map((at) => line(at % 10, bytes.subarray(at * 256, (at + 1) * 256)))
      await writeFile(join(text, `zip.${part}.gz`), gzipSync(lines.join("")))
    }
    const read = async (folder: string) => {
      const { splits } = await dataset({ folder, validation: 2 }).open()
      return { train: await splits.train.read(all(10)), test: await splits.test.read(all(5)) }
    }
    expect(await read(text)).toEqual(await read(idx))
  })

  test("rounds the book's values to bytes with halves to even", () => {
    // 255 (value + 1) / 2 is 76.5, 178.5 and 127.5 at -0.4, 0.4 and 0.
    const values = ["-1", "1", "-0.4", "0.4", "0", ...Array<string>(251).fill("-1")]
    const { pixels, labels } = zipImages(gzipSync(`7 ${values.join(" ")}\n`), "f")
    expect([...pixels.subarray(0, 6)]).toEqual([0, 255, 76, 178, 128, 0])
    expect([...labels]).toEqual([7])
  })

  test("refuses what is no such file in one sentence", () => {
    expect(() => zipImages(Buffer.from("no"), "f")).toThrow(
      /^Expected f to be a gzipped text, but it cannot be unzipped/,
    )
    expect(() => zipImages(gzipSync("5 1 2 3\n"), "f")).toThrow(
      "Expected a digit and 256 values from -1 to 1 in line 1 of f, but got 3 values or others; pull it again.",
    )
    const wrong = ["12", ...Array<string>(256).fill("0")].join(" ")
    expect(() => zipImages(gzipSync(wrong), "f")).toThrow("Expected a digit")
  })

  test("names the files that can be pulled when none is there", async () => {
    const folder = await emptyFolder()
    expect(await dataset({ folder }).missing()).toEqual([
      `Expected the files of usps in ${folder}, but zip.train.gz and 1 more are missing; run ` +
        "`saddlepoint datasets pull usps`, or set SADDLEPOINT_DATA to a folder that holds usps/.",
    ])
  })

  test.skipIf(!process.env.SADDLEPOINT_DATA)(
    "has the published counts of each digit, enlarged to 28 pixels",
    async () => {
      const { splits } = await dataset().open()
      const { train, validation, test: held } = splits
      expect([train.size, validation.size, held.size]).toEqual([6291, 1000, 2007])
      expect(train.fields.image!.shape).toEqual([28, 28, 1])
      const count = async (parts: readonly (typeof train)[]) => {
        const counts = Array<number>(10).fill(0)
        for (const part of parts) {
          for (const digit of (await part.read(all(part.size))).label!) counts[digit] = counts[digit]! + 1
        }
        return counts
      }
      // The counts of the zip.train and zip.test files of The Elements of Statistical Learning (zip.info).
      expect(await count([train, validation])).toEqual([1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644])
      expect(await count([held])).toEqual([359, 264, 198, 166, 200, 160, 170, 147, 166, 177])
      // Light on dark, as MNIST: most of every image is near the ground.
      const { image } = await held.read(all(200))
      expect(image!.filter((value) => value < -0.5).length / image!.length).toBeGreaterThan(0.5)
    },
  )
})
