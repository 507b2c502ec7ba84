import * as tf from "../tf.ts"
import { activations } from "./activations.ts"
import { comparisons } from "./comparisons.ts"
import { convolution } from "./convolution.ts"
import { normalisation } from "./normalisation.ts"
import { pooling } from "./pooling.ts"
import { products } from "./products.ts"
import { rearrangement } from "./rearrangement.ts"
import { rectifiers } from "./rectifiers.ts"
import { reductions } from "./reductions.ts"
import { refusals } from "./refusals.ts"
import { resizing } from "./resizing.ts"
import { selection } from "./selection.ts"
import { stridedSlice } from "./stridedSlice.ts"
import { repairTape } from "./tape.ts"

/** Every gradient that replaces one of TensorFlow.js, or is added. */
export const replacedGradients: readonly tf.GradConfig[] = [
  ...activations,
  ...comparisons,
  ...convolution,
  ...normalisation,
  ...pooling,
  ...products,
  ...rearrangement,
  ...rectifiers,
  ...reductions,
  ...refusals,
  ...resizing,
  ...selection,
  stridedSlice,
]

let registered = false

/**
 * Makes TensorFlow.js's gradients right, twice differentiable and cheap to record; what is not safe to differentiate
 * twice throws. The registry is global, so all are composites of standard kernels, with the same numbers on every
 * backend. See README.md.
 */
export function registerGradients(): void {
  if (registered) return
  registered = true
  repairTape()
  for (const gradient of replacedGradients) tf.registerGradient(gradient)
}
