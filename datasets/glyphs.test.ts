import { createHash } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { glyphDomains } from "./generators/glyphDomains.ts"
import { glyphsPlugin, renderGlyph } from "./glyphs.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"

const build = (options: object = {}) => glyphsPlugin.build(decodeOptions(glyphsPlugin, options))
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
const indices = fc.nat(500)

test("the clean digits are the bytes that they have been from the first", async () => {
  // Printed by the revision that made the digits.
  const hash = createHash("sha256")
  for (let index = 0; index < 20; index++) {
    hash.update(new Uint8Array(renderGlyph({ size: 28, seed: 0 }, "train", index).buffer))
  }
  expect(hash.digest("hex")).toBe("9c5d8051b90a2da6332e3624ca241c33de932e58923db550c506fb86cd0be591")
  expect(await build({ domain: "clean", channels: 1 }).digest()).toBe(await build().digest())
})

test("every domain and number of channels has a digest of its own", async () => {
  const all = glyphDomains.flatMap((domain) => [1, 3].map((channels) => build({ domain, channels }).digest()))
  expect(new Set(await Promise.all(all)).size).toBe(12)
})

describe("the domain", () => {
  /** Images of a domain and the clean look of the same strokes cannot be compared pixel by pixel: domains share no stroke. */
  const drawn = (domain: (typeof glyphDomains)[number], index: number) =>
    renderGlyph({ size: 28, seed: 3, domain }, "train", index)

  test("inverted is dark on light", () => {
    fc.assert(
      fc.property(indices, (index) => {
        expect(drawn("inverted", index)[0]).toBe(1)
        expect(mean(drawn("inverted", index))).toBeGreaterThan(0)
      }),
      { numRuns: 20 },
    )
  })

  test("blurred has no edge as steep as a clean one, and about as much ink", () => {
    const steepest = (image: Float32Array) =>
      image.reduce(
        (most, value, at) => (at % 28 === 0 ? most : Math.max(most, Math.abs(value - image[at - 1]!))),
        0,
      )
    const ink = { clean: 0, blurred: 0 }
    for (let index = 0; index < 100; index++) {
      const [clean, blurred] = [drawn("clean", index), drawn("blurred", index)]
      expect(steepest(blurred)).toBeLessThan(steepest(clean))
      ink.clean += mean(clean) + 1
      ink.blurred += mean(blurred) + 1
    }
    // A filter that sums to 1 moves ink about; a little leaves the image. Strokes differ between the domains by a few per cent.
    expect(ink.blurred / ink.clean).toBeGreaterThan(0.85)
    expect(ink.blurred / ink.clean).toBeLessThan(1.1)
  })

  test("rotated turns the strokes clockwise by 0.5 to 0.9 radians", () => {
    // The long axis of a one is nearly upright in a clean image: its angle from the second moments of the ink.
    const lean = (image: Float32Array) => {
      const sums = { ink: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 }
      image.forEach((value, at) => {
        const [ink, x, y] = [(value + 1) / 2, at % 28, Math.floor(at / 28)]
        sums.ink += ink
        sums.x += ink * x
        sums.y += ink * y
        sums.xx += ink * x * x
        sums.xy += ink * x * y
        sums.yy += ink * y * y
      })
      const { ink, x, y } = sums
      const [xx, xy, yy] = [sums.xx - (x * x) / ink, sums.xy - (x * y) / ink, sums.yy - (y * y) / ink]
      return 0.5 * Math.atan2(2 * xy, xx - yy)
    }
    // Angles of an axis, in (0, pi); upright is pi / 2, and clockwise is more, as y grows downwards.
    const axis = (angle: number) => (angle < 0 ? angle + Math.PI : angle)
    const average = (domain: "clean" | "rotated") => {
      const angles = Array.from({ length: 60 }, (_, at) => axis(lean(drawn(domain, 1 + 10 * at))))
      return angles.reduce((sum, angle) => sum + angle, 0) / angles.length
    }
    // Half way between 0.5 and 0.9; slants of up to 0.3 and turns of up to 0.2 radians on both sides average out.
    expect(Math.abs(average("rotated") - average("clean") - 0.7)).toBeLessThan(0.12)
  })

  test("textured has a ground that is not flat, under ink that is lighter", () => {
    for (let index = 0; index < 50; index++) {
      const edge = drawn("textured", index).filter((_, at) => at < 28 || at >= 27 * 28)
      expect(Math.max(...edge) - Math.min(...edge)).toBeGreaterThan(0.3)
    }
  })

  test("colour-clutter has colours, which its grey form loses to their luma", () => {
    for (let index = 0; index < 20; index++) {
      const colour = drawn("colour-clutter", index)
      const grey = renderGlyph({ size: 28, seed: 3, domain: "colour-clutter", channels: 1 }, "train", index)
      expect([colour.length, grey.length]).toEqual([3 * 784, 784])
      const coloured = Array.from(grey).filter((_, pixel) => colour[3 * pixel] !== colour[3 * pixel + 1])
      expect(coloured.length).toBeGreaterThan(300)
      grey.forEach((value, pixel) => {
        const [red, green, blue] = colour.subarray(3 * pixel, 3 * pixel + 3)
        expect(Math.abs(value - (0.299 * red! + 0.587 * green! + 0.114 * blue!))).toBeLessThan(1e-6)
      })
    }
  })

  test("shares no image with another one, and repeats grey in three channels", () => {
    const seen = new Set(
      glyphDomains.map((domain) => String(renderGlyph({ size: 28, seed: 3, domain }, "train", 4))),
    )
    expect(seen.size).toBe(glyphDomains.length)
    const one = renderGlyph({ size: 28, seed: 3, domain: "textured" }, "train", 4)
    const three = renderGlyph({ size: 28, seed: 3, domain: "textured", channels: 3 }, "train", 4)
    expect(three).toEqual(Float32Array.from({ length: 3 * 784 }, (_, at) => one[Math.floor(at / 3)]!))
  })
})
