import { openEngine } from "@saddlepoint/engine"
import { expect, test } from "vitest"
import { chains } from "../resize/chains.ts"
import { formulaImage } from "./formulaWeights.ts"
import { openSeeded, seededFeatures, seededSide } from "./openSeeded.ts"

test("the seeded network is the same for everybody, has features of its own number, and sees edges", async () => {
  const engine = await openEngine({ device: "onnx" })
  const network = await openSeeded({ engine })
  try {
    // Other weights would be another network under the same name: raise its seed with them.
    expect(network.digest).toBe("b1ffed41fa1188759ad5fb84729d8c814fcccc5195911f165476c049a8209790")
    expect([64, 192, 768, 2048]).not.toContain(seededFeatures)
    const values = new Uint8Array(2 * seededSide * seededSide * 3).fill(128)
    values.set(formulaImage("edges", 1, seededSide, seededSide))
    const features = await network.features(
      { values, shape: [2, seededSide, seededSide, 3], range: "0..255" },
      { tap: "features", chain: { ...chains["clean-fid"]!, resize: undefined } },
    )
    expect(features.length).toBe(2 * seededFeatures)
    const [edges, grey] = [features.slice(0, seededFeatures), features.slice(seededFeatures)]
    expect(grey.every((value) => value === 0)).toBe(true)
    expect(edges.filter((value) => value > 0).length).toBeGreaterThan(seededFeatures / 2)
  } finally {
    network.dispose()
    engine.dispose()
  }
})
