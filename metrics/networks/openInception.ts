import type { Weights } from "@saddlepoint/core/play/weights"
import { type FeatureNetwork, type OpenNetworkOptions, openFeatureNetwork } from "./featureNetwork.ts"
import { inceptionLayers, inceptionSide } from "./inceptionV3.ts"
import { inTorchNames } from "./tensorflowNames.ts"

/**
 * The InceptionV3 behind FID, KID and the Inception Score.
 *
 * @param weights the state dict of `pt_inception-2015-12-05-6726825d.pth`, or the tensors of the TensorFlow graph
 * inception-2015-12-05 under their own names
 * @example
 * const inception = await openInception(weights)
 * const features = await inception.features(images, { tap: "2048", chain: "torch-fidelity" })
 */
export async function openInception(
  weights: Weights,
  options: OpenNetworkOptions = {},
): Promise<FeatureNetwork> {
  const definition = { name: "FID InceptionV3", layers: inceptionLayers, side: inceptionSide }
  return openFeatureNetwork(definition, inTorchNames(weights), options)
}
