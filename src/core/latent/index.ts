/** Latent vectors: ways between them, truncation, arithmetic of means, fixed draws. */

export { type Analogy, analogy, meanLatent } from "./arithmetic.ts"
export { fixedLatents } from "./fixedLatents.ts"
export { type Interpolation, interpolations, type Latent, lerp, norm, slerp } from "./interpolation.ts"
export { truncated } from "./truncation.ts"
export { type Walk, walk } from "./walk.ts"
