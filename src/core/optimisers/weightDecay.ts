import * as tf from "@saddlepoint/engine/tf"
import type { Optimiser } from "../contracts/optimiser.ts"
import { chain, eachGradient, type Transform } from "./chain.ts"

/** L2 regularisation: `g + decay x`, the gradient of `decay/2 |x|^2` beside the objective's. */
export const addWeightDecay = (decay: number): Transform =>
  eachGradient((gradient, value) => tf.add(gradient, tf.mul(value, decay)))

/** An optimiser whose gradients have the weight decay added, as PyTorch's `weight_decay`; itself for a decay of 0. */
export const withWeightDecay = (decay: number, optimiser: Optimiser): Optimiser =>
  decay === 0 ? optimiser : chain([addWeightDecay(decay)], optimiser)
