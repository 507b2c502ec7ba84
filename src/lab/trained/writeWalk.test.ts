import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Latent } from "@saddlepoint/core/latent/interpolation"
import sharp from "sharp"
import { afterEach, beforeEach, expect, test } from "vitest"
import { standInTrained } from "../testing/standInTrained.ts"
import type { Trained } from "./openTrained.ts"
import { type WalkOptions, writeWalk } from "./writeWalk.ts"

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "saddlepoint-walk-"))
})
afterEach(() => rmSync(place, { recursive: true, force: true }))

/** Images of 32 x 32 pixels, each as bright as the first number of its latent vector, and what was asked for. */
function trained(more: Partial<Trained> = {}, image = (latent: Latent) => Math.tanh(latent[0]!)) {
  const asked: { latents: readonly Latent[]; labels: readonly number[] | undefined }[] = []
  const stands = standInTrained({
    latentSize: async () => 3,
    async fromLatents(latents, { labels } = {}) {
      asked.push({ latents, labels })
      const values = Float32Array.from({ length: latents.length * 1024 }, (_, at) =>
        image(latents[at >> 10]!),
      )
      return { values, shape: [latents.length, 32, 32, 1], range: "-1..1" }
    },
    ...more,
  })
  return { asked, trained: stands }
}

const options: WalkOptions = { stops: 3, frames: 5, way: "slerp", seed: 1, truncation: 1 }
const out = () => join(place, "out")

test("a walk is a sheet with a row for each leg, and an animation that goes round without a pause", async () => {
  const { trained: gan } = trained()
  const { files, shape, latent } = await writeWalk(gan, out(), options)
  expect({ files, shape, latent }).toEqual({ files: ["walk.png", "walk.gif"], shape: [32, 32, 1], latent: 3 })
  expect(readdirSync(out()).sort()).toEqual(["walk.gif", "walk.png"])
  const [sheet, animation] = await Promise.all(
    ["walk.png", "walk.gif"].map((name) => sharp(join(out(), name), { animated: true }).metadata()),
  )
  // Twice as large, five in a row and three rows, with gaps of 2 pixels.
  expect([sheet!.width, sheet!.height]).toEqual([2 * (5 * 34 - 2), 2 * (3 * 34 - 2)])
  expect([animation!.pages, animation!.width, animation!.pageHeight]).toEqual([3 * 4, 192, 192])
})

test("it leads from each stop to the next one and back to the first, the same for a seed", async () => {
  const [one, again, other] = [trained(), trained(), trained()]
  await writeWalk(one.trained, join(place, "1"), options)
  await writeWalk(again.trained, join(place, "2"), options)
  await writeWalk(other.trained, join(place, "3"), { ...options, seed: 2 })
  const { latents, labels } = one.asked[0]!
  expect(again.asked[0]!.latents).toEqual(latents)
  expect(other.asked[0]!.latents).not.toEqual(latents)
  expect(labels).toBeUndefined()
  expect([latents[4], latents[9], latents[14]]).toEqual([latents[5], latents[10], latents[0]])
})

test("truncation by 0 leaves one image, and a walk of length 0", async () => {
  const { trained: gan, asked } = trained()
  const { length, largest } = await writeWalk(gan, out(), { ...options, truncation: 0 })
  expect(new Set(asked[0]!.latents.map(String))).toEqual(new Set(["0,0,0"]))
  expect([length, largest]).toEqual([0, 0])
})

test("a generator that jumps between two images shows by its largest value", async () => {
  const steep = trained({}, (latent) => (latent[0]! > 0 ? 1 : -1))
  const even = trained({}, (latent) => latent[0]! / 10)
  const many = { ...options, frames: 20, way: "lerp" } as const
  const jumping = await writeWalk(steep.trained, join(place, "1"), many)
  const { largest, length } = await writeWalk(even.trained, join(place, "2"), many)
  expect(jumping.largest / jumping.length).toBeGreaterThan(15)
  expect(largest / length).toBeLessThan(3.1)
})

test("methods that are told classes are told one for all, the first where it is left out", async () => {
  const { trained: gan, asked } = trained({ classes: 4 })
  expect(await writeWalk(gan, join(place, "1"), { ...options, label: 3 })).toMatchObject({ label: 3 })
  await writeWalk(gan, join(place, "2"), options)
  expect(asked.map(({ labels }) => new Set(labels))).toEqual([new Set([3]), new Set([0])])
})

test.each([
  [
    { answers: "points" },
    {},
    "Expected a trial that draws samples of images, but abcd (gan) answers with points",
  ],
  [
    { answers: "pairs" },
    {},
    "Expected a trial that draws samples of images, but abcd (gan) answers with pairs",
  ],
  [{}, { label: 0 }, "Expected no class, as abcd is told none, but got 0; leave it out."],
  [{ classes: 4 }, { label: 4 }, "Expected a class from 0 to 3, those of abcd, but got 4."],
] as const)("what cannot be walked is a sentence, and leaves no folder (%#)", async (more, how, sentence) => {
  await expect(writeWalk(trained(more).trained, out(), { ...options, ...how })).rejects.toThrow(sentence)
  expect(readdirSync(place)).toEqual([])
})
