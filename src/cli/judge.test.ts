import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { facadesPlugin } from "@saddlepoint/datasets/facades"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import { stream } from "@saddlepoint/engine/random"
import { afterAll, beforeAll, expect, test } from "vitest"
import { exitCodeOf } from "./exit.ts"
import { type JudgeCall, judged } from "./judging/judged.ts"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const { folder, remove } = temporaryFolder()
afterAll(remove)

const size = 64
const count = 100

/** Generated facades as real images, others of the same kind, the same ones blurred, and uniform noise. */
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
    await write(
      `noise/${at}.png`,
      image(at).map(() => 2 * source.uniform() - 1),
    )
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

const defaults = {
  metrics: "fid",
  network: "seeded",
  chain: undefined,
  weights: undefined,
  subsetSize: 1000,
  seed: 2020,
  target: undefined,
  device: "onnx",
} as const
const at = (name: string) => join(folder, name)

const compared = (real: string, generated: string, options: Partial<JudgeCall> = {}) =>
  judged({ ...defaults, ...options, real: at(real), generated: at(generated) })

/** The sentences of a refusal, with the exit code. */
const refusal = (...call: Parameters<typeof compared>) =>
  compared(...call).then(
    () => undefined,
    (error: Error) => ({ code: exitCodeOf(error), text: error.message.replaceAll(`${folder}/`, "") }),
  )

const judge = (...args: string[]) => saddlepoint(["judge", ...args], folder)

test("the seeded network puts other real images before blurred ones, and these before noise", async () => {
  const options = { metrics: "fid,kid", subsetSize: 0 }
  const other = await compared("real", "other", options)
  const soft = await compared("real", "blurred", options)
  const noise = await compared("real", "noise", options)
  for (const metric of ["fid", "kid"]) {
    expect(soft.values[metric]).toBeGreaterThan(2 * Math.abs(other.values[metric]!))
    expect(noise.values[metric]).toBeGreaterThan(2 * soft.values[metric]!)
  }
  expect(other.identity).toMatchObject({
    network: "seeded 0: three convolutions that nobody trained, no Inception",
    images: count,
    realImages: count,
  })
})

test("a metric that cannot be had is told in a sentence, takes no other along, and the exit code is 1", async () => {
  const asked = ["real", "other", "--metrics", "kid,fid,is", "--network", "seeded"]
  const { code, stdout, stderr } = await judge(...asked, "--json", "--save-statistics", "made/other.npz")
  expect(code).toBe(1)
  const { values, missing, identity } = JSON.parse(stdout)
  expect(Object.keys(values)).toEqual(["fid"])
  expect(identity.images).toBe(count)
  expect(missing).toEqual({
    kid: "Expected at least 1000 images on each side for kid, a subset of --subset-size, but got 100 real and 100 generated; lower --subset-size, or give 0 for all pairs.",
    is: "Expected a network that classifies for is, but --network seeded knows no classes; use --network inception.",
  })
  expect(stderr).toBe(`${missing.kid}\n${missing.is}\n`)
})

test("statistics stand on either side or both for fid, to the same value", async () => {
  await judge("other", "real", "--network", "seeded", "--save-statistics", "made/real.npz")
  const images = await compared("real", "other")
  for (const [real, generated] of [
    ["made/real.npz", "other"],
    ["real", "made/other.npz"],
    ["made/real.npz", "made/other.npz"],
  ] as const) {
    const { values, missing } = await compared(real, generated)
    expect(missing).toEqual({})
    expect(Math.abs(values.fid! - images.values.fid!)).toBeLessThan(1e-9)
  }
  const { missing } = await compared("made/real.npz", "other", { metrics: "fid,prdc" })
  expect(missing.prdc).toMatch(
    /^Expected images for prdc, but .*made\/real\.npz holds statistics, which give fid alone; give the folder of the images\.$/,
  )
  expect(await refusal("made/real.npz", "other", { network: "inception" })).toEqual({
    code: 2,
    text: "Expected statistics of the 2048 features of --network inception, but made/real.npz has 160; take them over the same network.",
  })
})

test("wrong calls are told before an image is decoded, by their flags", async () => {
  mkdirSync(at("damaged"))
  writeFileSync(at("damaged/a.png"), "no image")
  mkdirSync(at("empty"))
  writeFileSync(at("plain.txt"), "")
  const save = (name: string) => ({ target: at(name) })
  const place = "Expected --save-statistics to name a .npz that can be written, but "
  const calls: readonly [string, Parameters<typeof compared>][] = [
    ["Expected REAL to be a folder of images or a .npz", ["nowhere", "other"]],
    ["Expected GENERATED to be a folder of images or a .npz", ["real", "plain.txt"]],
    ["Expected a folder of images", ["real", "empty"]],
    [
      "Expected --metrics to name some of fid, kid, prdc, is, mifid",
      ["real", "damaged", { metrics: "fid,fud" }],
    ],
    ["Expected --chain to be one of torch-fidelity,", ["real", "damaged", { chain: "none" }]],
    [
      "Expected --subset-size to be 2 or more, or 0 for all pairs, but got 1.",
      ["real", "damaged", { subsetSize: 1 }],
    ],
    ["Expected --weights with --network inception", ["real", "damaged", { weights: "w.pth" }]],
    [
      "Expected at least 2 images on each side for fid, but got 100 real and 1 generated",
      ["real", "damaged"],
    ],
    [
      "Expected at least 6 images on each side for prdc, each with 5 neighbours",
      ["real", "damaged", { metrics: "prdc" }],
    ],
    [
      "Expected at least 10 generated images for is",
      ["real", "damaged", { metrics: "is", network: "inception" }],
    ],
    ["Expected features of Inception for mifid", ["real", "other", { metrics: "mifid" }]],
    [
      "Expected at least 2 images in GENERATED to take --save-statistics of",
      ["real", "damaged", save("s.npz")],
    ],
    ["Expected images in GENERATED to take --save-statistics of", ["real", "made/other.npz", save("s.npz")]],
    [`${place}s.npy has another ending`, ["real", "other", save("s.npy")]],
    [`${place}plain.txt is no folder`, ["real", "other", save("plain.txt/s.npz")]],
    [`${place}made/real.npz is read`, ["made/real.npz", "other", save("made/real.npz")]],
  ]
  for (const [sentence, call] of calls) {
    const told = await refusal(...call)
    expect(told?.text.slice(0, sentence.length)).toBe(sentence)
    expect(told?.text).not.toMatch(/subsetSize|\n/)
    expect(told?.code).toBe(2)
  }
  expect(existsSync(at("s.npz"))).toBe(false)
})

test("without Inception's weights the sentence says where to get them, and what needs none", async () => {
  const told = await refusal("real", "other", { network: "inception", weights: at("none.pth") })
  expect(told?.code).toBe(1)
  expect(told?.text).toMatch(
    /^Expected InceptionV3's weights at none\.pth, .* or use --network seeded, which needs no file\.$/,
  )
})

test("every damaged image of both sides is named, and no value is given", async () => {
  await write("half/a.png", new Float32Array(size * size * 3))
  mkdirSync(at("half/deep"))
  writeFileSync(at("half/deep/b.png"), "no image")
  writeFileSync(at("half/c.jpg"), "")
  const told = await refusal("half", "half")
  expect(told?.code).toBe(1)
  const named = told?.text.split("\n").map((line) => line.match(/but half\/(\S+) is none/)?.[1])
  expect(named).toEqual(["c.jpg", "deep/b.png", "c.jpg", "deep/b.png"])
})

test("images of several sizes are judged, each resized by the chain", async () => {
  mkdirSync(at("mixed"))
  const small = await toPng(new Float32Array(20 * 30 * 3), [1, 20, 30, 3], { columns: 1 })
  writeFileSync(at("mixed/small.png"), small)
  for (const name of ["a", "z"]) await write(`mixed/${name}.png`, new Float32Array(size * size * 3))
  const { values, identity } = await compared("mixed", "mixed")
  expect(Math.abs(values.fid!)).toBeLessThan(1e-9)
  expect(identity.images).toBe(3)
})
