import { openEngine } from "@saddlepoint/engine"
import { expect, test } from "vitest"
import { openFeatureNetwork } from "./featureNetwork.ts"
import { formulaImage, formulaWeights } from "./formulaWeights.ts"
import { inceptionLayers } from "./inceptionV3.ts"
import { type Layers, parametersOf } from "./layers.ts"
import { openInception } from "./openInception.ts"

test("it has the 472 tensors and 23 885 392 numbers of the checkpoint", () => {
  // pt_inception-2015-12-05-6726825d.pth, without the counters of its batch norms.
  const parameters = parametersOf(inceptionLayers)
  expect(parameters.length).toBe(472)
  const numbers = parameters.map(({ shape }) => shape.reduce((product, side) => product * side, 1))
  expect(numbers.reduce((sum, count) => sum + count, 0)).toBe(23_885_392)
  expect(new Set(parameters.map(({ name }) => name)).size).toBe(472)
})

/** The layers with averages in place of the maxima over neighbours, which only Mixed_7c has. */
function withAverages(layers: Layers): Layers {
  return layers.map((layer) => {
    if (layer.kind === "branches") return { ...layer, branches: layer.branches.map(withAverages) }
    return layer.kind === "maxPool" && layer.stride === 1 ? { kind: "averagePool" } : layer
  })
}

test("formula weights give the features on record", async () => {
  // inception.json of the reference numbers: image A, chain torch-fidelity, float64 in PyTorch.
  const engine = await openEngine({ device: "onnx" })
  const weights = formulaWeights(parametersOf(inceptionLayers), 1)
  const network = await openInception(weights, { engine })
  const image = {
    values: formulaImage("inception_A", 1, 299, 299),
    shape: [1, 299, 299, 3],
    range: "0..255",
  } as const
  const taps = ["64", "192", "768", "2048", "logits_unbiased", "logits"]
  const taken = await network.tapped(image, { taps, chain: "torch-fidelity", batch: 1 })
  const means = [
    0.5945792839629576, 0.7911749191698902, 0.649208051125413, 0.7815681070671712, 0.05279557878840558,
    0.053489570407194494,
  ]
  taps.forEach((tap, i) => {
    const { values } = taken[tap]!
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(Math.abs(mean - means[i]!)).toBeLessThan(1e-5)
  })
  const first = [1.6140676736831665, 2.2247447967529297, 0.07940585166215897, 0.8549009561538696]
  first.forEach((value, i) => {
    expect(Math.abs(taken["2048"]!.values[i]! - value)).toBeLessThan(1e-5)
  })
  // The wrong-variant table there: an average in Mixed_7c is off by 1.3881630897521973 at most.
  const wrong = await openFeatureNetwork(
    { name: "variant", layers: withAverages(inceptionLayers), side: 299 },
    weights,
    { engine },
  )
  const features = await wrong.features(image, { tap: "2048", chain: "torch-fidelity", batch: 1 })
  const off = features.map((value, i) => Math.abs(value - taken["2048"]!.values[i]!))
  expect(Math.abs(Math.max(...off) - 1.3881630897521973)).toBeLessThan(1e-4)
  wrong.dispose()
  network.dispose()
  engine.dispose()
})
