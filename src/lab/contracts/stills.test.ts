import { expect, test } from "vitest"
import { stillName, stillsAmong } from "./stills.ts"

const facts = { bytes: 1, sha256: "0".repeat(64) }

test("stills are found again by their names, in the order of their steps, and nothing else is", () => {
  const steps = [12_345_678, 500, 20_000]
  const names = [...steps.map((step) => `artifacts/${stillName(step)}`), "artifacts/grid.png"]
  const others = [
    "artifacts/samples/1.png",
    "artifacts/samples/0000001.png/..",
    "../artifacts/samples/0000001.png",
  ]
  const files = Object.fromEntries([...names, ...others].map((name) => [name, facts]))
  expect(stillsAmong(files).map(({ step }) => step)).toEqual([500, 20_000, 12_345_678])
  expect(stillsAmong(files)[0]!.file).toBe("artifacts/samples/0000500.png")
  expect(stillsAmong(undefined)).toEqual([])
})
