import { pillow } from "./pillow.ts"
import type { Resizer } from "./resizer.ts"
import { tensorflowBilinear } from "./tensorflowBilinear.ts"
import { torchAntialiasedBilinear, torchArea, torchBicubic, torchBilinear } from "./torchInterpolate.ts"

/** Every resizer by its name. */
export const resizers: Readonly<Record<string, Resizer>> = Object.fromEntries(
  [
    tensorflowBilinear(false),
    tensorflowBilinear(true),
    torchBilinear,
    torchAntialiasedBilinear,
    torchBicubic,
    torchArea,
    pillow("bicubic", true),
    pillow("bilinear", true),
    pillow("lanczos", true),
    pillow("box", true),
    pillow("bicubic", false),
  ].map((resizer) => [resizer.name, resizer]),
)
