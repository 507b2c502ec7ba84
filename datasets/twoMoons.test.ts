import { describe, expect, test } from "vitest"
import { rotatedGaussiansPlugin } from "./rotatedGaussians.ts"
import { decodeOptions } from "./testing/decodeOptions.ts"
import { twoMoonsPlugin } from "./twoMoons.ts"

const all = (size: number) => Array.from({ length: size }, (_, index) => index)
type PointPlugin = typeof twoMoonsPlugin

async function points(plugin: PointPlugin, options: object) {
  const { splits } = await plugin.build(decodeOptions(plugin, { test: 4000, ...options })).open()
  const { point, label } = await splits.test.read(all(splits.test.size))
  return all(splits.test.size).map((at) => ({
    x: point![2 * at]!,
    y: point![2 * at + 1]!,
    label: label![at]!,
  }))
}

/** A point turned back by `angle` degrees. */
function back({ x, y }: { x: number; y: number }, angle: number): readonly [number, number] {
  const turn = (-angle * Math.PI) / 180
  return [Math.cos(turn) * x - Math.sin(turn) * y, Math.sin(turn) * x + Math.cos(turn) * y]
}

describe("two moons", () => {
  test.each([0, 35, -120])(
    "without noise lie on their two half circles, turned by %i degrees",
    async (angle) => {
      let wrong = 0
      for (const point of await points(twoMoonsPlugin, { angle, noise: 0, test: 500 })) {
        const [x, y] = back(point, angle)
        const side = point.label === 0 ? 1 : -1
        // The upper moon is the upper half of the circle about (-1/2, -1/4), the lower one its mirror image at the origin.
        const [across, up] = [side * x + 0.5, side * y + 0.25]
        if (Math.abs(Math.hypot(across, up) - 1) > 1e-6 || up < -1e-6) wrong++
      }
      expect(wrong).toBe(0)
    },
  )

  test("with noise spread about the circles by its standard deviation, and classes are equally frequent", async () => {
    const noisy = await points(twoMoonsPlugin, { noise: 0.1 })
    const radial = noisy.map(({ x, y, label }) => {
      const side = label === 0 ? 1 : -1
      return Math.hypot(side * x + 0.5, side * y + 0.25) - 1
    })
    const deviation = Math.sqrt(radial.reduce((sum, value) => sum + value ** 2, 0) / radial.length)
    // The standard error of a standard deviation from 4000 values is 0.1 / sqrt(8000), about 0.0011.
    expect(Math.abs(deviation - 0.1)).toBeLessThan(0.006)
    expect(noisy.filter(({ label }) => label === 0)).toHaveLength(2000)
  })
})

describe("rotated Gaussians", () => {
  // The normal distribution function at cos(angle) / 0.4: Phi(2.5), Phi(1.76777), Phi(0.43412) of SciPy 1.17.1's norm.cdf.
  test.each([
    [0, 0.99379],
    [45, 0.96145],
    [80, 0.6679],
    [90, 0.5],
  ])(
    "at %i degrees let the unturned boundary be right as often as the formula says",
    async (angle, expected) => {
      const drawn = await points(rotatedGaussiansPlugin, { angle, spread: 0.4 })
      const right = drawn.filter(({ x, label }) => x > 0 === (label === 1)).length / drawn.length
      const error = Math.sqrt((expected * (1 - expected)) / drawn.length)
      expect(Math.abs(right - expected)).toBeLessThan(4 * error + 1e-9)
    },
  )
})

test("domains of different angles share no draw, and no stream is as wide as the range that is promised", async () => {
  for (const plugin of [twoMoonsPlugin, rotatedGaussiansPlugin]) {
    const source = await points(plugin, { angle: 0, test: 200 })
    const target = await points(plugin, { angle: 30, test: 200 })
    const same = target.filter((point, at) => {
      const [x, y] = back(point, 30)
      return Math.hypot(x - source[at]!.x, y - source[at]!.y) < 1e-5
    })
    expect(same).toHaveLength(0)
  }
})
