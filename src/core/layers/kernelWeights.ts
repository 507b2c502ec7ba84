import * as Schema from "effect/Schema"
import type { Mistake } from "../contracts/mistake.ts"
import { type Connections, equalisedStart, type Initialisation, layerStart } from "./initialisation.ts"
import type { KernelConfig } from "./kernelLayer.ts"
import type { VariableAddress } from "./seededInitialiser.ts"

/** What a layer makes of its kernel before it uses it. */
export const kernelWeights = ["plain", "spectral", "equalised"] as const

/**
 * What a layer makes of its kernel before it uses it: nothing (`plain`); divides it by its spectral norm (`spectral`, Miyato et al. 2018, see
 * `SpectralNorm`); or multiplies a kernel that started from N(0, 1) by He's constant (`equalised`: the equalised learning rate of Karras
 * et al. 2018, see `equalisedStart`). Norms of activations are another matter.
 */
export type KernelWeights = (typeof kernelWeights)[number]

/** An option `weights`; `plain` where left out. */
export const weightsOption = Schema.optionalKey(Schema.Literals(kernelWeights))

/** How one layer's kernel starts and is used. */
export function weightedStart(
  layer: VariableAddress,
  weights: KernelWeights,
  initialisation: Initialisation,
  connections: Connections,
): Pick<KernelConfig, "start" | "spectral"> {
  if (weights === "equalised") return { start: equalisedStart(layer, connections) }
  const start = layerStart(layer, initialisation, connections)
  return weights === "spectral" ? { start, spectral: "u" } : { start }
}

/** Why some options do not go together. */
export function mistakesOfWeights({
  weights,
  initialisation,
}: {
  readonly weights?: KernelWeights
  readonly initialisation: Initialisation | "auto"
}): Mistake[] {
  if (weights !== "equalised" || initialisation === "auto") return []
  const message =
    "expected no initialisation beside equalised weights, which start from N(0, 1) and are scaled by He's constant; leave it out"
  return [{ path: ["initialisation"], message }]
}
