import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { DataField, Split } from "@saddlepoint/core/contracts/dataset"
import type { FieldKind } from "@saddlepoint/core/contracts/field"
import { stream } from "@saddlepoint/engine/random"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { allDatasets } from "./catalogue.ts"
import { glyphDomains } from "./generators/glyphDomains.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { emptyFolder } from "./testing/emptyFolder.ts"
import { writeIdxFolder, writePhotos } from "./testing/idxFolder.ts"
import { writeClassFolders } from "./testing/imageFolders.ts"
import { svhnBytes } from "./testing/matBytes.ts"
import { writeSmooth } from "./testing/ownImages.ts"
import { writeCmpFolder } from "./testing/pairFolder.ts"
import { trainingSplits } from "./testing/trainingSplits.ts"

let folder: string
beforeAll(async () => {
  folder = await emptyFolder(true)
  await writeCmpFolder(join(folder, "facades"))
  await writeIdxFolder(join(folder, "mnist"), { side: 28, train: 14, test: 6 })
  const names = { train: "usps-train", test: "usps-test" }
  await writeIdxFolder(join(folder, "usps"), { side: 16, train: 14, test: 6 }, names)
  await writePhotos(join(folder, "bsds500"), 3)
  await writeClassFolders(join(folder, "classes"), ["a", "b", "c"], 6)
  for (let index = 0; index < 8; index++) {
    await writeSmooth(join(folder, "two", "A", `${index}.png`), index)
    await writeSmooth(join(folder, "two", "B", `${index}.jpg`), 100 + index)
  }
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
  stripes: () => ({ options: { size: 16, train: 6, validation: 3, test: 4 }, change: { seed: 1 } }),
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
  ringOfGaussians: () => ({ options: points, change: { modes: 5 } }),
  gridOfGaussians: () => ({ options: points, change: { side: 3 } }),
  twoMoons: () => ({ options: points, change: { angle: 30 } }),
  rotatedGaussians: () => ({ options: points, change: { spread: 0.2 } }),
  adaptation: () => {
    const target = small("glyphs", { domain: "textured" })
    return { options: { source: small("glyphs"), target }, change: { source: small("mnist") } }
  },
  reversed: () => ({
    options: { pairs: small("stripes") },
    change: { pairs: small("facades") },
  }),
  stacked: () => ({ options: { images: small("glyphs") }, change: { images: small("mnist") } }),
  unpaired: () => {
    const A = small("glyphs")
    return { options: { A, B: small("glyphs", { domain: "inverted" }) }, change: { B: small("mnist") } }
  },
}
const points = { train: 6, validation: 3, test: 4 }

/** Another dataset with its small options, to be put into a slot. */
function small(name: string, change: object = {}) {
  const plugin = pluginOf(name)
  return plugin.build(decodeOptions(plugin, { ...cases[name]!().options, size: 16, ...change }))
}

function pluginOf(name: string) {
  return allDatasets.find((plugin) => plugin.name === name)!
}

function published(set: string, change: object) {
  return { options: { folder: join(folder, set), train: 8, validation: 3, test: 4 }, change }
}

/** Variants of plug-ins that have other fields or take other paths, by name. */
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
  {
    name: "images in rectangles, padded",
    plugin: "imageFolder",
    options: () => ({ size: [16, 20], fit: "pad", background: "white" }),
  },
  { name: "a published set in rectangles", plugin: "mnist", options: () => ({ size: [20, 32] }) },
  {
    name: "pairs in two folders, in one channel",
    plugin: "pairs",
    options: () => ({ folder: join(folder, "two"), channels: 1 }),
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
  ...allDatasets.map((plugin) => ({ name: plugin.name, plugin, options: (): object => ({}) })),
  ...variants.map(({ name, plugin, options }) => ({ name, plugin: pluginOf(plugin), options })),
]

/** What the values of each kind of field look like, as `FieldKind` says. */
const looks: Readonly<Record<FieldKind, (field: DataField, classes: number | undefined) => void>> = {
  image({ shape, dtype, range }) {
    expect({ rank: shape.length, dtype, range }).toEqual({ rank: 3, dtype: "float32", range: [-1, 1] })
    expect([1, 3]).toContain(shape[2])
  },
  class: (field, classes) =>
    expect(field).toEqual({ shape: [], dtype: "int32", range: [0, classes! - 1], classes }),
  labelMap({ shape, ...field }, classes) {
    expect(shape).toHaveLength(2)
    expect(field).toEqual({ dtype: "int32", range: [0, classes! - 1], classes })
  },
  point: ({ shape, dtype }) => expect([shape.length, dtype]).toEqual([1, "float32"]),
  text: ({ shape, dtype }) => expect([shape.length, dtype]).toEqual([1, "float32"]),
}

/** The field that is learnt. */
const learnt = ({ fields }: Split) => ["target", "image", "point"].find((name) => fields[name] !== undefined)!

const all = (split: Split) => Array.from({ length: split.size }, (_, index) => index)
const area = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1)

test("every dataset of the catalogue has a name of its own and a case here", () => {
  expect(allDatasets.map(({ name }) => name).sort()).toEqual(Object.keys(cases).sort())
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

  test("declares the fields that training reads, and each looks as its kind says", async () => {
    const dataset = build()
    const opened = await dataset.open()
    const found = Object.entries(trainingSplits(opened)).flatMap(([stream, { fields }]) =>
      Object.entries(fields).map(([name, field]) => [`${stream}${name}`, field] as const),
    )
    expect(found.map(([name]) => name).sort()).toEqual(Object.keys(dataset.fields).sort())
    for (const [name, field] of found) looks[dataset.fields[name]!](field, opened.classes?.length)
  })

  test("gives what its fields say, in shape, type and range, without NaN", async () => {
    const opened = await build().open()
    for (const split of [...Object.values(opened.splits), ...Object.values(trainingSplits(opened))]) {
      const values = await split.read(all(split))
      expect(Object.keys(values).sort()).toEqual(Object.keys(split.fields).sort())
      for (const [name, { shape, dtype, range }] of Object.entries(split.fields)) {
        expect(values[name]).toBeInstanceOf(dtype === "float32" ? Float32Array : Int32Array)
        expect(values[name]).toHaveLength(split.size * area(shape))
        expect(values[name]!.every((value) => value >= range[0] && value <= range[1])).toBe(true)
      }
      expect(Object.keys(await split.read([]))).toContain(learnt(split))
    }
  })

  test("has the same fields in every split", async () => {
    const { splits } = await build().open()
    const names = ({ fields }: Split) => Object.keys(fields).sort()
    expect(names(splits.validation)).toEqual(names(splits.train))
    expect(names(splits.test)).toEqual(names(splits.train))
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
    const { splits } = await dataset.open()
    const seen = new Map<string, string>()
    for (const [name, split] of Object.entries(splits)) {
      const field = learnt(split)
      const target = (await split.read(all(split)))[field]
      const length = area(split.fields[field]!.shape)
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
      return String((await train.read([0]))[learnt(train)])
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
