import { describe, expect, test } from "vitest"
import { glyphsPlugin } from "../glyphs.ts"
import { rotatedGaussiansPlugin } from "../rotatedGaussians.ts"
import { decodeOptions } from "../testing/decodeOptions.ts"
import { twoMoonsPlugin } from "../twoMoons.ts"

const count = 400

describe.each([glyphsPlugin, twoMoonsPlugin, rotatedGaussiansPlugin])("the generated set $name", (plugin) => {
  const labelsOf = async (options: object) => {
    const { splits } = await plugin.build(decodeOptions(plugin, { test: count, ...options })).open()
    const { label } = await splits.test.read(Array.from({ length: count }, (_, index) => index))
    return [...label!]
  }

  test("has its classes equally often, at places that tell nothing of them", async () => {
    const labels = await labelsOf({})
    const classes = new Set(labels).size
    const often = Array.from({ length: classes }, (_, of) => labels.filter((label) => label === of).length)
    expect(often).toEqual(often.map(() => count / classes))
    // Whoever guesses from the place's remainder what was most frequent there in the first half is at chance in the second.
    const deviation = Math.sqrt(((1 / classes) * (1 - 1 / classes)) / (count / 2))
    for (let period = 1; period <= 3 * classes; period++) {
      const guesses = Array.from({ length: period }, (_, remainder) => {
        const seen = labels.slice(0, count / 2).filter((_, place) => place % period === remainder)
        const counts = often.map((_, of) => seen.filter((label) => label === of).length)
        return counts.indexOf(Math.max(...counts))
      })
      const right = labels.filter((label, place) => place >= count / 2 && label === guesses[place % period])
      expect(right.length / (count / 2)).toBeLessThan(1 / classes + 4.5 * deviation)
    }
  })

  test("is in another order with another seed", async () => {
    expect(await labelsOf({ seed: 1 })).not.toEqual(await labelsOf({}))
  })
})
