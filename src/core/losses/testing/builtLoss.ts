import type { AnyLoss, Loss, LossWorld, Role } from "../../contracts/loss.ts"
import type { Plugin, Use } from "../../contracts/plugin.ts"
import { resolve } from "../../declare/decode/resolve.ts"
import { separate } from "../../declare/definition.ts"

/** A loss as the decoding of a definition builds it: defaults are filled in, slots are built. */
export function builtLoss<R extends Role>(use: Use<"loss", { role: R }>): Loss<R> {
  const plugins = new Map<string, Plugin>()
  const spec = separate(use, [], plugins, [])
  return resolve("loss", spec, plugins) as unknown as Loss<R>
}

/** Several losses, as a method gets them. */
export function builtLosses(...uses: readonly Use<"loss", { role: Role }>[]): AnyLoss[] {
  return uses.map((use) => builtLoss(use) as unknown as AnyLoss)
}

/** The world of losses that ask for nothing. */
export const noWorld: LossWorld = {
  draw(name) {
    throw new Error(`never drew ${name} in these tests`)
  },
  given: {},
}
