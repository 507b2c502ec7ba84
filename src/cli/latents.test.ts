import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import sharp from "sharp"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
const { folder } = place
afterAll(() => place.remove())

/** A generator of digits by class, one of points, and a translation, each of a few steps. */
const definition = `
name: tiny-latents
question: What do latents do?
arms:
  digits:
    role: baseline
    use: gan
    data: { use: glyphs, size: 16, train: 30, validation: 4, test: 10 }
    generator: { use: dcganGenerator, width: 2 }
    discriminator: { use: dcganDiscriminator, width: 2 }
    latent: 4
    batch: 4
    conditional: true
metrics: [{ use: fid, features: { use: domainFeatures, steps: 4, atLeast: 0 } }]
compare: []
seeds: 1
budget: { steps: 6 }
`
const points = `
name: tiny-points
question: Where do they lie?
arms:
  ring:
    role: baseline
    use: gan
    data: { use: ringOfGaussians, train: 40, validation: 4, test: 20 }
    generator: { use: mlpGenerator }
    discriminator: { use: mlpDiscriminator }
    latent: 2
    batch: 4
metrics: [{ use: modeCoverage }]
compare: []
seeds: 1
budget: { steps: 4 }
`

const call = (...words: string[]) => saddlepoint(words, folder)
const asJson = async (...words: string[]) => {
  const { code, stdout, stderr } = await call(...words, "--json")
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  return JSON.parse(stdout)
}
/** The id and the result of the only arm. */
async function run(file: string, ...more: string[]) {
  const { code, stdout } = await call("run", file, "--json", ...more)
  expect(code).toBe(0)
  return JSON.parse(stdout).trials[0] as { readonly id: string; readonly weightsSha256: string }
}

let digits: string
let ring: string
let weights: string
beforeAll(async () => {
  place.write("digits.yaml", definition)
  place.write("ring.yaml", points)
  const trained = await run("digits.yaml")
  ;[digits, weights] = [trained.id, trained.weightsSha256]
  ring = (await run("ring.yaml", "--samples-every", "2")).id
})

test("walk writes a sheet and an animation of a class, and tells how even the walk is", async () => {
  const told = await asJson("walk", digits.slice(0, 8), "--stops", "3", "--frames", "4", "--class", "7")
  expect(told).toMatchObject({
    ...{ trial: digits, out: "walk", stops: 3, frames: 4, way: "slerp", seed: 0, truncation: 1 },
    ...{ files: ["walk.png", "walk.gif"], shape: [16, 16, 1], latent: 4, label: 7 },
  })
  expect(told.length).toBeGreaterThan(0)
  expect(told.largest).toBeGreaterThanOrEqual(told.length)
  const gif = await sharp(join(folder, "walk/walk.gif"), { animated: true }).metadata()
  expect(gif.pages).toBe(9)
  const still = await call("walk", digits, "--out", "still", "--truncation", "0")
  expect(still.stdout).toContain("Path length 0, largest 0, 1 times the mean")
  const { stdout } = await call("walk", digits, "--out", "again", "--way", "lerp", "--truncation", "0.5")
  expect(stdout).toContain(
    "of class 0: 48 images, 16 x 16 pixels, grey.\n  again/walk.png\n  again/walk.gif\nPath length ",
  )
})

test.each([
  [["walk", "DIGITS", "--class", "10"], 2, /^Expected a class from 0 to 9, those of \w+, but got 10\.\n$/],
  [["walk", "DIGITS", "--stops", "1"], 2, /^Expected --stops to be 2 or more, but got 1\.\n$/],
  [
    ["walk", "DIGITS", "--stops", "100", "--frames", "100"],
    2,
    /^Expected at most 2000 images, but 100 stops of /,
  ],
  [["walk", "DIGITS", "--truncation", "2"], 2, /^Expected --truncation to be from 0 to 1, but got 2\.\n$/],
  [
    ["walk", "RING"],
    2,
    /^Expected a trial that draws samples of images, but \w+ \(ring\) answers with points; /,
  ],
  [
    ["sample", "DIGITS", "--count", "2", "--neighbours", "0", "--out", "x"],
    2,
    /^Expected --neighbours to be 1 to 16, /,
  ],
  [
    ["sample", "DIGITS", "--input", ".", "--neighbours", "1", "--out", "x"],
    2,
    /^Expected --neighbours beside --count, /,
  ],
  [
    ["run", "digits.yaml", "--samples-every", "0"],
    2,
    /^Expected steps, 1 or more, for --samples-every but got 0\.\n$/,
  ],
])("%j is one sentence", async (words, code, sentence) => {
  const ids: Readonly<Record<string, string>> = { DIGITS: digits, RING: ring }
  const ended = await call(...words.map((word) => ids[word] ?? word))
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" })
  expect(ended.stderr).toMatch(sentence)
  expect(existsSync(join(folder, "x"))).toBe(false)
})

test("sample --neighbours draws the nearest training examples by pixels and by the judge's features", async () => {
  const { neighbours } = await asJson("sample", digits, "--count", "12", "--neighbours", "3", "--out", "near")
  expect(neighbours.map(({ by }: { by: string }) => by)).toEqual(["pixels", "domainFeatures"])
  for (const { nearest, samples, heldOut, asked, nearer, file } of neighbours) {
    expect(nearest).toHaveLength(12)
    for (const own of nearest) {
      expect(own).toHaveLength(3)
      expect(own[0].distance).toBeLessThanOrEqual(own[1].distance)
      expect(own[0].place).toBeLessThan(30)
    }
    expect(asked).toBe(10)
    expect(Math.min(samples, heldOut)).toBeGreaterThan(0)
    expect(nearer).toBeLessThanOrEqual(1)
    // Twelve rows of a sample and three examples, four times as large.
    const { width, height } = await sharp(join(folder, "near", file)).metadata()
    expect([width, height]).toEqual([4 * (4 * 18 - 2), 4 * (12 * 18 - 2)])
  }
  // Of a judge whose weights were changed nothing is believed.
  const judges = join(folder, "runs/tiny-latents/trials")
  for (const id of readdirSync(judges)) {
    const weights = join(judges, id, "attempts/1/artifacts/weights.safetensors")
    if (id !== digits && existsSync(weights)) writeFileSync(weights, "changed")
  }
  const alone = await asJson("sample", digits, "--count", "2", "--neighbours", "1", "--out", "alone")
  expect(alone.neighbours.map(({ by }: { by: string }) => by)).toEqual(["pixels"])
  expect(readdirSync(join(folder, "near"))).toEqual(
    expect.arrayContaining(["neighbours.png", "neighbours-domainFeatures.png", "sheet.png"]),
  )
})

test("run --samples-every keeps stills of generators, which the page shows, and the same bits", async () => {
  const store = ["--store", "watched"]
  const watched = await run("digits.yaml", "--samples-every", "4", ...store)
  expect(watched).toMatchObject({ id: digits, weightsSha256: weights })
  const attempt = join(folder, "watched/tiny-latents/trials", digits, "attempts/1")
  expect(readdirSync(join(attempt, "artifacts/samples"))).toEqual(["0000004.png", "0000006.png"])
  const page = readFileSync(join(folder, "watched/tiny-latents/reports/default/report.html"), "utf8")
  expect(page).toContain('alt="What digits, seed 1, made after 6 steps."')
  const { code, stdout } = await call("verify", digits, ...store)
  expect({ code, said: stdout.startsWith("BITWISE") }).toEqual({ code: 0, said: true })
  const points = join(folder, "runs/tiny-points/trials", ring, "attempts/1/artifacts/samples")
  expect(readdirSync(points)).toEqual(["0000002.png", "0000004.png"])
})
