import type { Engine } from "@saddlepoint/engine/engine"
import * as tf from "@saddlepoint/engine/tf"
import { openFeatureNetwork } from "@saddlepoint/metrics/networks/featureNetwork"
import { formulaWeights } from "@saddlepoint/metrics/networks/formulaWeights"
import { inceptionLayers } from "@saddlepoint/metrics/networks/inceptionV3"
import { parametersOf, upToTaps } from "@saddlepoint/metrics/networks/layers"
import { drawsNothing } from "../drawsNothing.ts"
import { uniform } from "./noise.ts"
import { benchSeed, type Workload } from "./workload.ts"

export interface FeaturesOptions {
  /** Side of the images in pixels, at least 75. */
  readonly side: number
  readonly batch: number
}

const tap = "2048"

/** One pass through an InceptionV3 of random weights to its 2048 features, as a Frechet distance takes it. Nothing is learnt. */
export async function featuresPass(engine: Engine, { side, batch }: FeaturesOptions): Promise<Workload> {
  const name = "InceptionV3"
  const parameters = parametersOf(upToTaps(name, inceptionLayers, [tap]))
  const network = await openFeatureNetwork(
    { name, layers: inceptionLayers, side },
    formulaWeights(parameters, benchSeed),
    { engine, taps: [tap] },
  )
  const shape: [number, number, number, number] = [batch, side, side, 3]
  const images = tf.tensor4d(uniform("images", batch * side * side * 3), shape)
  const compiled = engine.compile(({ images }) => network.apply(images as tf.Tensor4D, [tap]), drawsNothing)
  const isStatistic = (parameter: string) => parameter.includes("running_")
  return {
    players: {},
    parameters: parameters
      .filter((parameter) => !isStatistic(parameter.name))
      .reduce((sum, parameter) => sum + tf.util.sizeFromShape([...parameter.shape]), 0),
    async play(step) {
      const { [tap]: features } = compiled.play({ images }, step)
      const [first] = await features!.data()
      features!.dispose()
      return { first: first! }
    },
    replayed: () => compiled.mode === "replayed",
    dispose() {
      compiled.dispose()
      network.dispose()
      images.dispose()
    },
  }
}
