import { expect, test } from "vitest"
import { normalCdf } from "./normal.ts"

test("it agrees with scipy 1.10.1 scipy.stats.norm.cdf in relative error, in both tails", () => {
  const golden = [
    [-8, 6.22096057427174e-16],
    [-3.3, 0.00048342414238377744],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [1.96, 0.9750021048517795],
    [6, 0.9999999990134123],
  ] as const
  for (const [x, p] of golden) expect(Math.abs(normalCdf(x) / p - 1)).toBeLessThan(1e-11)
})
