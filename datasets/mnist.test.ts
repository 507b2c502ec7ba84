import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { afterEach, describe, expect, test, vi } from "vitest"
import { fashionMnistPlugin } from "./fashionMnist.ts"
import { mnistPlugin } from "./mnist.ts"
import { mnistForm } from "./published/mnistFiles.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { digitBytes, idxBytes, writeIdxFolder } from "./testing/idxFolder.ts"

const dataset = (options: object = {}, plugin = mnistPlugin) => plugin.build(decodeOptions(plugin, options))
const all = (size: number) => Array.from({ length: size }, (_, index) => index)

afterEach(() => vi.unstubAllEnvs())

describe("MNIST", () => {
  test("is found in SADDLEPOINT_DATA, in the folder that is given, and in data/ otherwise", async () => {
    const data = await emptyFolder()
    await writeIdxFolder(join(data, "mnist"), { side: 28, train: 12, test: 4 })
    vi.stubEnv("SADDLEPOINT_DATA", data)
    const options = { validation: 2 }
    expect(await dataset(options).missing()).toEqual([])
    const digest = await dataset(options).digest()
    vi.stubEnv("SADDLEPOINT_DATA", "")
    expect(await dataset({ ...options, folder: join(data, "mnist") }).digest()).toBe(digest)
    const nowhere = await emptyFolder()
    vi.spyOn(process, "cwd").mockReturnValue(nowhere)
    expect(await dataset().missing()).toEqual([
      `Expected the files of mnist in ${join(nowhere, "data", "mnist")}, but train-images-idx3-ubyte.gz and 3 more are ` +
        "missing; run `saddlepoint datasets pull mnist`, or set SADDLEPOINT_DATA to a folder that holds mnist/.",
    ])
    await expect(dataset().open()).rejects.toThrow("Expected the files of mnist in")
    await writeIdxFolder(join(nowhere, "data", "mnist"), { side: 28, train: 12, test: 4 })
    vi.stubEnv("SADDLEPOINT_DATA", nowhere)
    expect(await dataset(options).missing()).toEqual([])
    vi.restoreAllMocks()
  })

  test("gives each image its own label, in [-1, 1]", async () => {
    const folder = await emptyFolder()
    await writeIdxFolder(folder, { side: 28, train: 20, test: 10 })
    const bytes = digitBytes(10, 28, "test")
    const { splits } = await dataset({ folder, validation: 5 }).open()
    const { image, label } = await splits.test.read(all(10))
    for (let at = 0; at < 10; at++) {
      // Digit i of the folder is digit i of the class i, so the label says which image it must be.
      const original = bytes.subarray(label![at]! * 784, (label![at]! + 1) * 784)
      expect(image!.subarray(at * 784, (at + 1) * 784)).toEqual(
        Float32Array.from(original, (byte) => byte / 127.5 - 1),
      )
    }
    expect([...label!].sort()).toEqual(all(10))
  })

  test("refuses files that do not fit together, and labels that are no digits", async () => {
    const folder = await emptyFolder()
    await writeIdxFolder(folder, { side: 28, train: 12, test: 4 })
    const labels = join(folder, "t10k-labels-idx1-ubyte.gz")
    await writeFile(labels, gzipSync(idxBytes([3], Uint8Array.of(0, 1, 2))))
    await expect(dataset({ folder, validation: 2 }).open()).rejects.toThrow(
      `Expected a label for each of the 4 images in ${labels}, but got the shape [3]; pull both again.`,
    )
    await writeFile(labels, gzipSync(idxBytes([4], Uint8Array.of(0, 1, 2, 11))))
    await expect(dataset({ folder, validation: 2 }).open()).rejects.toThrow(
      `Expected labels from 0 to 9 in ${labels}, but got 11; pull it again.`,
    )
    await writeIdxFolder(folder, { side: 28, train: 12, test: 4 })
    await expect(dataset({ folder }).open()).rejects.toThrow(
      "Expected at least 5001 training examples of mnist",
    )
  })
})

describe.skipIf(!process.env.SADDLEPOINT_DATA)("the real files", () => {
  // Counts of each label in the official files, and mean and standard deviation of the training images over 255: the label
  // files themselves, and https://pytorch.org/vision's customary constants 0.1307, 0.3081 and 0.2860, 0.3530.
  const real = [
    {
      plugin: mnistPlugin,
      folder: "mnist",
      train: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
      test: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
      mean: 0.1307,
      deviation: 0.3081,
    },
    {
      plugin: fashionMnistPlugin,
      folder: "fashion-mnist",
      train: Array(10).fill(6000),
      test: Array(10).fill(1000),
      mean: 0.286,
      deviation: 0.353,
    },
  ]
  test.each(real)("of $plugin.name have the published counts, mean and deviation", async (expected) => {
    const { splits } = await dataset({}, expected.plugin).open()
    const { train, validation, test: held } = splits
    expect([train.size, validation.size, held.size]).toEqual([55_000, 5000, 10_000])
    const counts = { train: Array<number>(10).fill(0), test: Array<number>(10).fill(0) }
    for (const split of [train, validation, held]) {
      const part = split === held ? "test" : "train"
      for (const digit of (await split.read(all(split.size))).label!)
        counts[part][digit] = counts[part][digit]! + 1
    }
    expect(counts).toEqual({ train: expected.train, test: expected.test })
    const folder = join(process.env.SADDLEPOINT_DATA!, expected.folder)
    const { pixels } = await mnistForm.read(mnistForm.files.train.map((file) => join(folder, file)))
    const bytes = new Float64Array(256)
    for (const byte of pixels) bytes[byte]! += 1 / pixels.length
    const mean = bytes.reduce((sum, often, byte) => sum + (often * byte) / 255, 0)
    const square = bytes.reduce((sum, often, byte) => sum + often * (byte / 255) ** 2, 0)
    expect(mean).toBeCloseTo(expected.mean, 4)
    expect(Math.sqrt(square - mean ** 2)).toBeCloseTo(expected.deviation, 4)
  })
})
