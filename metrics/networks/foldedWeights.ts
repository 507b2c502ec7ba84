import type { Weights } from "@saddlepoint/core/play/weights"
import { type Convolution, type Layers, parametersOf } from "./layers.ts"

/** Weights of a convolution as it is computed: a batch norm has become part of both. */
export interface Folded {
  /** float32 `[out, in, height, width]` */
  readonly filter: Float32Array
  /** float32 `[out]`; undefined where nothing is added. */
  readonly bias: Float32Array | undefined
}

/** `eps` of the batch norms of the 2015 graph. */
const epsilon = 1e-3

/**
 * Throws one sentence that names the first tensor of a state dict that is missing or has another shape. Tensors that
 * are not needed (`num_batches_tracked`, heads, an auxiliary classifier) may be there.
 */
export function requireWeights(network: string, layers: Layers, weights: Weights): void {
  for (const { name, shape } of parametersOf(layers)) {
    const given = weights[name]
    if (given !== undefined && given.shape.join() === shape.join()) continue
    const got = given === undefined ? "there is none" : `it has [${given.shape.join(", ")}]`
    throw new Error(
      `Expected weights of ${network} with the tensor "${name}" [${shape.join(", ")}], but ${got}; ` +
        "give the state dict of exactly this network.",
    )
  }
}

/** Folds a convolution's batch norm, if it has one, into its filter and bias, in float64. */
export function foldedConvolution({ name, outputs, shift }: Convolution, weights: Weights): Folded {
  const values = (part: string) => weights[`${name}.${part}`]!.values
  if (shift !== "batch norm") {
    return { filter: values("weight"), bias: shift === "bias" ? values("bias") : undefined }
  }
  const [gamma, beta] = [values("bn.weight"), values("bn.bias")]
  const [mean, variance] = [values("bn.running_mean"), values("bn.running_var")]
  const filter = Float32Array.from(values("conv.weight"))
  const bias = new Float32Array(outputs)
  const fanIn = filter.length / outputs
  for (let output = 0; output < outputs; output++) {
    const scale = gamma[output]! / Math.sqrt(variance[output]! + epsilon)
    for (let i = output * fanIn; i < (output + 1) * fanIn; i++) filter[i]! *= scale
    bias[output] = beta[output]! - mean[output]! * scale
  }
  return { filter, bias }
}
