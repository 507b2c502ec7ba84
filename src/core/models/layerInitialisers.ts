import type * as tf from "@saddlepoint/engine/tf"
import type { LayerStart } from "../layers/initialisation.ts"
import { layerInitialiser } from "../layers/seededInitialiser.ts"

type Initialisers = Pick<Parameters<typeof tf.layers.conv2d>[0], "kernelInitializer" | "biasInitializer">

/** A layer's start as constructors of `tf.layers` take it; their biases start at 0 where none is given. */
export function layerInitialisers({ kernel, bias }: LayerStart): Initialisers {
  const ofKernel = { kernelInitializer: layerInitialiser(kernel) }
  return bias === undefined ? ofKernel : { ...ofKernel, biasInitializer: layerInitialiser(bias) }
}
