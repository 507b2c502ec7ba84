import type { Field } from "../contracts/field.ts"
import type { AnyLoss } from "../contracts/loss.ts"

/** Why distances between images cannot be taken of these: smaller than a loss's window, or of other channels than its network sees. */
export function refusalsOfLosses(losses: readonly AnyLoss[], { shape }: Field): readonly string[] {
  const [height = 0, width = 0, channels] = shape
  return losses.flatMap((loss) => {
    if (loss.role !== "reconstruction") return []
    const { minimumSide = 1, channels: only = channels } = loss.laws
    const got = `images [${shape.join(", ")}]`
    return [
      ...(Math.min(height, width) >= minimumSide
        ? []
        : [
            `Expected images of at least ${minimumSide} x ${minimumSide} pixels for the loss ${loss.name}, but got ${got}; use larger images, or another loss.`,
          ]),
      ...(channels === only
        ? []
        : [
            `Expected images of ${only} channels for the loss ${loss.name}, but got ${got}; use other images, or another loss.`,
          ]),
    ]
  })
}
