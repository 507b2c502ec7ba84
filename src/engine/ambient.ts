import type { TurnContext } from "./engine.ts"

let current: TurnContext | undefined

/**
 * The context of the turn whose body is running now, or undefined outside a turn. Layers (dropout, noise)
 * use it, because the call of a layer has no argument through which a context could reach them.
 */
export function currentTurn(): TurnContext | undefined {
  return current
}

/** Runs `body` with `context` as the current turn; turns nest, and the outer one returns after an error too. */
export function duringTurn<T>(context: TurnContext, body: () => T): T {
  const outer = current
  current = context
  try {
    return body()
  } finally {
    current = outer
  }
}
