import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { facadesPlugin } from "@saddlepoint/datasets/facades"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import { stream } from "@saddlepoint/engine/random"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const { folder, remove } = temporaryFolder()
afterAll(remove)

const size = 64
const count = 40

/** Generated facades as real images, others of the same kind, the same ones blurred, and noise of their values. */
beforeAll(async () => {
  const { splits } = await facadesPlugin
    .build({ size, seed: 0, train: 2 * count, validation: 1, test: 1 } as never)
    .open()
  const { target } = await splits.train.read([...Array(2 * count).keys()])
  const bytes = size * size * 3
  const image = (at: number) => Float32Array.from(target!.slice(at * bytes, (at + 1) * bytes))
  const source = stream(0, "judge.test")
  for (let at = 0; at < count; at++) {
    // Sub-folders are read, and endings in any case.
    await write(`real/${at % 2 ? "odd/" : ""}${at}.${at % 3 ? "png" : "PNG"}`, image(at))
    await write(`other/${at}.png`, image(count + at))
    await write(`blurred/${at}.png`, blurred(image(count + at)))
    await write(`noise/${at}.png`, source.shuffle([...image(count + at)]))
  }
})

async function write(name: string, values: ArrayLike<number>): Promise<void> {
  const path = join(folder, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, await toPng(Float32Array.from(values), [1, size, size, 3], { columns: 1 }))
}

/** Means of 5 x 5 pixels. */
function blurred(image: Float32Array): Float32Array {
  return image.map((_, at) => {
    const [y, x, channel] = [Math.floor(at / 3 / size), Math.floor(at / 3) % size, at % 3]
    let [sum, pixels] = [0, 0]
    for (let row = Math.max(0, y - 2); row <= Math.min(size - 1, y + 2); row++) {
      for (let column = Math.max(0, x - 2); column <= Math.min(size - 1, x + 2); column++) {
        sum += image[(row * size + column) * 3 + channel]!
        pixels++
      }
    }
    return sum / pixels
  })
}

const judge = (...args: string[]) => saddlepoint(["judge", ...args], folder)

async function judged(...args: string[]) {
  const { code, stdout } = await judge(...args, "--network", "seeded", "--json")
  return { code, ...JSON.parse(stdout) }
}

test("the seeded network puts other real images before blurred ones, and these before noise", async () => {
  const metrics = ["--metrics", "fid,kid", "--subset-size", "0"]
  const found = []
  for (const set of ["other", "blurred", "noise"]) found.push(await judged("real", set, ...metrics))
  const [other, soft, noise] = found
  expect(found.map(({ code }) => code)).toEqual([0, 0, 0])
  for (const metric of ["fid", "kid"]) {
    expect(soft.values[metric]).toBeGreaterThan(2 * Math.abs(other.values[metric]))
    expect(noise.values[metric]).toBeGreaterThan(2 * soft.values[metric])
  }
  expect(other.identity.network).toBe("seeded 0: three convolutions that nobody trained, no Inception")
  expect(other.identity).toMatchObject({ images: count, realImages: count })
})

test("a metric that cannot be had is told in a sentence, takes no other along, and the exit code is 1", async () => {
  const found = await judged("real", "other", "--metrics", "kid,fid,is")
  expect(found.code).toBe(1)
  expect(Object.keys(found.values)).toEqual(["fid"])
  expect(found.missing).toEqual({
    kid: "Expected at least 1000 images on each side for kid, a subset of --subset-size, but got 40 real and 40 generated; lower --subset-size, or give 0 for all pairs.",
    is: "Expected a network that classifies for is, but --network seeded knows no classes; use --network inception.",
  })
  const text = await judge("real", "other", "--metrics", "kid,fid", "--network", "seeded")
  expect(text.stdout).toMatch(/^fid +\d/)
  expect(text.stderr).toBe(`${found.missing.kid}\n`)
})

test("statistics stand on either side or both for fid, to the same value", async () => {
  const images = await judged("real", "other", "--save-statistics", "made/other.npz")
  await judged("other", "real", "--save-statistics", "made/real.npz")
  expect(existsSync(join(folder, "made", "other.npz"))).toBe(true)
  for (const sides of [
    ["made/real.npz", "other"],
    ["real", "made/other.npz"],
    ["made/real.npz", "made/other.npz"],
  ]) {
    const { code, values } = await judged(...sides)
    expect(code).toBe(0)
    expect(Math.abs(values.fid - images.values.fid)).toBeLessThan(1e-9)
  }
  const more = await judged("made/real.npz", "other", "--metrics", "fid,prdc")
  expect(more.code).toBe(1)
  expect(more.missing).toEqual({
    prdc: "Expected images for prdc, but made/real.npz holds statistics, which give fid alone; give the folder of the images.",
  })
  const inception = await judge("made/real.npz", "other")
  expect(inception).toMatchObject({ code: 2, stdout: "" })
  expect(inception.stderr).toBe(
    "Expected statistics of the 2048 features of --network inception, but made/real.npz has 160; take them over the same network.\n",
  )
})

test("wrong calls are told before an image is decoded", async () => {
  mkdirSync(join(folder, "damaged"), { recursive: true })
  writeFileSync(join(folder, "damaged", "a.png"), "no image")
  mkdirSync(join(folder, "empty"), { recursive: true })
  writeFileSync(join(folder, "plain.txt"), "")
  const sentences: readonly [string, readonly string[]][] = [
    ["Expected REAL to be a folder of images or a .npz", ["nowhere", "other"]],
    ["Expected GENERATED to be a folder of images or a .npz", ["real", "plain.txt"]],
    ["Expected a folder of images", ["real", "empty"]],
    [
      "Expected --metrics to name some of fid, kid, prdc, is, mifid",
      ["real", "damaged", "--metrics", "fid,fud"],
    ],
    ["Expected --chain to be one of torch-fidelity,", ["real", "damaged", "--chain", "none"]],
    [
      "Expected --subset-size to be 2 or more, or 0 for all pairs, but got 1.",
      ["real", "damaged", "--subset-size", "1"],
    ],
    [
      "Expected --weights with --network inception",
      ["real", "damaged", "--network", "seeded", "--weights", "w.pth"],
    ],
    ["Expected at least 2 images on each side for fid, but got 40 real and 1 generated", ["real", "damaged"]],
    [
      "Expected at least 2 images in GENERATED to take --save-statistics of",
      ["real", "damaged", "--save-statistics", "s.npz"],
    ],
    [
      "Expected --save-statistics to name a .npz that can be written, but s.npy has another ending",
      ["real", "other", "--save-statistics", "s.npy"],
    ],
    [
      "Expected --save-statistics to name a .npz that can be written, but .*plain.txt is no folder",
      ["real", "other", "--save-statistics", "plain.txt/s.npz"],
    ],
    [
      "Expected --save-statistics to name a .npz that can be written, but made/real.npz is read",
      ["made/real.npz", "other", "--save-statistics", "made/real.npz"],
    ],
    [
      "Expected images in GENERATED to take --save-statistics of",
      ["real", "made/other.npz", "--save-statistics", "s.npz"],
    ],
  ]
  for (const [sentence, args] of sentences) {
    const { code, stdout, stderr } = await judge(...args)
    expect(stderr).toMatch(new RegExp(`^${sentence}.*\\n$`))
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
  }
})

test("without Inception's weights the sentence says where to get them, and what needs none", async () => {
  const { code, stderr } = await judge("real", "other")
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^Expected InceptionV3's weights at .* or use --network seeded, which needs no file\.\n$/,
  )
})

test("every damaged image of both sides is named, and no value is given", async () => {
  mkdirSync(join(folder, "half", "deep"), { recursive: true })
  await write("half/a.png", new Float32Array(size * size * 3))
  writeFileSync(join(folder, "half", "deep", "b.png"), "no image")
  writeFileSync(join(folder, "half", "c.jpg"), "")
  const { code, stdout, stderr } = await judge("half", "half", "--network", "seeded")
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" })
  const named = stderr.trim().split("\n")
  expect(named.map((line) => line.match(/but half\/(\S+) is none/)?.[1])).toEqual([
    "c.jpg",
    "deep/b.png",
    "c.jpg",
    "deep/b.png",
  ])
})

test("images of several sizes are judged, each resized by the chain", async () => {
  const small = await toPng(new Float32Array(20 * 30 * 3), [1, 20, 30, 3], { columns: 1 })
  mkdirSync(join(folder, "mixed"), { recursive: true })
  writeFileSync(join(folder, "mixed", "small.png"), small)
  await write("mixed/a.png", new Float32Array(size * size * 3))
  await write("mixed/z.png", new Float32Array(size * size * 3))
  const { code, values, identity } = await judged("mixed", "mixed")
  expect(code).toBe(0)
  expect(Math.abs(values.fid)).toBeLessThan(1e-9)
  expect(identity.images).toBe(3)
})
