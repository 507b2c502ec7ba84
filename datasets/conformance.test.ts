import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Split } from "@saddlepoint/core/contracts/dataset"
import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { datasets } from "./catalogue.ts"
import { glyphDomains } from "./generators/glyphDomains.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { writeIdxFolder, writePhotos } from "./testing/idxFolder.ts"
import { writeClassFolders } from "./testing/imageFolders.ts"
import { svhnBytes } from "./testing/matBytes.ts"
import { emptyFolder, writeCmpFolder } from "./testing/pairFolder.ts"

let folder: string
beforeAll(async () => {
  folder = await emptyFolder(true)
  await writeCmpFolder(join(folder, "facades"))
  await writeIdxFolder(join(folder, "mnist"), { side: 28, train: 14, test: 6 })
  const names = { train: "usps-train", test: "usps-test" }
  await writeIdxFolder(join(folder, "usps"), { side: 16, train: 14, test: 6 }, names)
  await writePhotos(join(folder, "bsds500"), 3)
  await writeClassFolders(join(folder, "classes"), ["a", "b", "c"], 6)
  await mkdir(join(folder, "svhn"))
  for (const [part, count] of [
    ["train", 12],
    ["test", 5],
  ] as const) {
    const source = stream("conformance", "svhn", part)
    await writeFile(
      join(folder, "svhn", `${part}_32x32.mat`),
      svhnBytes(count, () => source.integer(256)),
    )
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Small options for each plug-in, and one change that gives other examples. A new dataset adds a line. */
const cases: Readonly<Record<string, () => { options: object; change: object }>> = {
  facades: () => ({ options: { size: 16, train: 6, validation: 3, test: 4 }, change: { seed: 1 } }),
  cmpFacades: () => ({ options: { size: 16, folder: join(folder, "facades") }, change: { size: 24 } }),
  pairs: () => ({
    options: { size: 16, folder: join(folder, "facades") },
    change: { direction: "rightToLeft" },
  }),
  glyphs: () => ({ options: { size: 16, train: 6, validation: 3, test: 4 }, change: { domain: "textured" } }),
  mnist: () => published("mnist", { seed: 3 }),
  mnistM: () => {
    const { options } = published("mnist", {})
    return { options: { ...options, photos: join(folder, "bsds500") }, change: { digits: "binary" } }
  },
  usps: () => published("usps", { size: 16 }),
  svhn: () => published("svhn", { channels: 1 }),
  fashionMnist: () => published("mnist", { channels: 3 }),
  imageFolder: () => ({
    options: { folder: join(folder, "classes"), labels: "folders", size: 16 },
    change: { size: 20 },
  }),
  twoMoons: () => ({ options: points, change: { angle: 30 } }),
  rotatedGaussians: () => ({ options: points, change: { spread: 0.2 } }),
}
const points = { train: 6, validation: 3, test: 4 }

function published(set: string, change: object) {
  return { options: { folder: join(folder, set), train: 8, validation: 3, test: 4 }, change }
}

/** Variants of plug-ins that keep to another contract or take other paths, by name. */
const variants: readonly {
  readonly name: string
  readonly plugin: string
  readonly options: () => object
}[] = [
  {
    name: "a flat folder of images",
    plugin: "imageFolder",
    options: () => ({ folder: join(folder, "classes", "a"), labels: "none" }),
  },
  ...glyphDomains.slice(1).map((domain) => ({
    name: `glyphs, ${domain}`,
    plugin: "glyphs",
    options: () => ({ domain }),
  })),
  { name: "glyphs in three channels", plugin: "glyphs", options: () => ({ channels: 3 }) },
  {
    name: "glyphs, colour-clutter in grey",
    plugin: "glyphs",
    options: () => ({ domain: "colour-clutter", channels: 1 }),
  },
]
const subjects = [
  ...datasets.map((plugin) => ({ name: plugin.name, plugin, options: (): object => ({}) })),
  ...variants.map(({ name, plugin, options }) => ({
    name,
    plugin: datasets.find((one) => one.name === plugin)!,
    options,
  })),
]

/** The fields of a contract, and which of them is the image that is learnt. */
const contracts: Readonly<Record<string, { fields: (labels: boolean) => string[]; image: string }>> = {
  paired: { fields: (labels) => ["input", ...(labels ? ["labels"] : []), "target"], image: "target" },
  labelled: { fields: () => ["image", "label"], image: "image" },
  images: { fields: () => ["image"], image: "image" },
}

const all = (split: Split) => Array.from({ length: split.size }, (_, index) => index)
const area = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1)

test("every dataset of the catalogue has a name of its own and a case here", () => {
  expect(datasets.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort())
})

describe.each(subjects)("the dataset $name", ({ plugin, options: own }) => {
  const build = (change: object = {}) => {
    const { options } = cases[plugin.name]!()
    return plugin.build(decodeOptions(plugin, { ...options, ...own(), ...change }))
  }

  test("can be opened, says its licence, and has examples in every split", async () => {
    const dataset = build()
    expect(await dataset.missing()).toEqual([])
    expect(dataset.licence).toMatch(/\.$/)
    const { splits } = await dataset.open()
    expect(Object.keys(splits).sort()).toEqual(["test", "train", "validation"])
    for (const split of Object.values(splits)) expect(split.size).toBeGreaterThan(0)
  })

  test("gives what its contract and its fields say, in shape, type and range, without NaN", async () => {
    const dataset = build()
    const { splits, classes } = await dataset.open()
    for (const split of Object.values(splits)) {
      const expected = contracts[dataset.contract]!.fields(dataset.labels)
      expect(Object.keys(split.fields).sort()).toEqual(expected)
      const values = await split.read(all(split))
      expect(Object.keys(values).sort()).toEqual(expected)
      for (const [name, { shape, dtype, range }] of Object.entries(split.fields)) {
        expect(values[name]).toBeInstanceOf(dtype === "float32" ? Float32Array : Int32Array)
        expect(values[name]).toHaveLength(split.size * area(shape))
        expect(values[name]!.every((value) => value >= range[0] && value <= range[1])).toBe(true)
        if (name === "image") expect([1, 3]).toContain(shape.at(2) ?? 1)
        if (name.startsWith("label")) expect(range).toEqual([0, classes!.length - 1])
      }
      expect(Object.keys(await split.read([]))).toEqual(
        expect.arrayContaining([contracts[dataset.contract]!.image]),
      )
    }
  })

  test("gives the same values for the same indices, in any order, opened anew or cached", async () => {
    const { splits } = await build().open()
    const whole = await splits.train.read(all(splits.train))
    const cache = join(folder, "cache", plugin.name)
    const others = [
      splits.train,
      (await build().open()).splits.train,
      (await build().open(cache)).splits.train,
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(splits.train.size - 1), { maxLength: 8 }), async (indices) => {
        for (const split of others) {
          const values = await split.read(indices)
          for (const [name, { shape }] of Object.entries(split.fields)) {
            const length = area(shape)
            indices.forEach((index, position) => {
              expect(values[name]!.subarray(position * length, (position + 1) * length)).toEqual(
                whole[name]!.subarray(index * length, (index + 1) * length),
              )
            })
          }
        }
      }),
      { numRuns: 10 },
    )
  })

  test("shares no example between its splits", async () => {
    const dataset = build()
    const { image } = contracts[dataset.contract]!
    const { splits } = await dataset.open()
    const seen = new Map<string, string>()
    for (const [name, split] of Object.entries(splits)) {
      const target = (await split.read(all(split)))[image]
      const length = area(split.fields[image]!.shape)
      for (const index of all(split)) {
        const content = String(target!.subarray(index * length, (index + 1) * length))
        expect(seen.get(content) ?? name).toBe(name)
        seen.set(content, name)
      }
    }
  })

  test("has a digest that stays, and changes where the examples change", async () => {
    // A variant has one change at least that it does not fix itself.
    const change = Object.keys(own()).length === 0 ? cases[plugin.name]!().change : { size: 24 }
    const digest = await build().digest()
    expect(digest).toMatch(/^[0-9a-f]{64}$/)
    expect(await build().digest()).toBe(digest)
    expect(await build(change).digest()).not.toBe(digest)
    const target = async (options: object) => {
      const dataset = build(options)
      const { train } = (await dataset.open()).splits
      return String((await train.read([0]))[contracts[dataset.contract]!.image])
    }
    expect(await target(change)).not.toBe(await target({}))
  })

  test("refuses indices that are not there with a sentence", async () => {
    const { splits } = await build().open()
    const { size } = splits.test
    for (const index of [size, -1, 0.5]) {
      await expect(splits.test.read([index])).rejects.toThrow(
        `Expected an example's index between 0 and ${size - 1}, but got ${index}.`,
      )
    }
  })

  test("refuses options that it does not know", () => {
    expect(() => build({ sise: 16 })).toThrow()
  })
})
