import { createHash } from "node:crypto"
import * as tf from "@saddlepoint/engine/tf"
import type { Players } from "../contracts/game.ts"

/** Values of named tensors on the host: float32, row-major. */
export type Weights = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array }>
>

/** All variables and state of all players, by `player/variable`, in order of name. */
export function weightsOf(players: Players): Weights {
  const named = variablesOf(players).map(([name, variable]) => {
    return [name, { shape: variable.shape, values: Float32Array.from(variable.dataSync()) }] as const
  })
  return Object.fromEntries(named)
}

/**
 * Brings the players' variables and state to the host, where TensorFlow.js keeps them until they change: a GPU can be
 * read asynchronously only, and `weightsOf` reads at once.
 */
export async function fetchWeights(players: Players): Promise<void> {
  await Promise.all(variablesOf(players).map(([, variable]) => variable.data()))
}

/** Sets all variables and state of the players. Throws one sentence when a name or a shape does not fit. */
export function restore(players: Players, weights: Weights): void {
  for (const [name, variable] of variablesOf(players)) {
    const saved = weights[name]
    if (saved === undefined || saved.shape.join() !== variable.shape.join()) {
      const got = saved === undefined ? "nothing" : `[${saved.shape}]`
      throw new Error(
        `Expected saved weights for ${name} of shape [${variable.shape}] but got ${got}; the weights belong to another definition.`,
      )
    }
    tf.tidy(() => variable.assign(tf.tensor(saved.values, variable.shape)))
  }
}

/** SHA-256 in hex over names, shapes and bytes in order of name. */
export function weightsDigest(weights: Weights): string {
  const hash = createHash("sha256")
  for (const name of Object.keys(weights).sort()) {
    const { shape, values } = weights[name]!
    hash.update(`${name} [${shape}]\n`)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest("hex")
}

/** The name of the first tensor that holds a value that is not finite, if any. */
export function firstNonFinite(weights: Weights): string | undefined {
  return Object.keys(weights).find((name) => weights[name]!.values.some((value) => !Number.isFinite(value)))
}

/** Number of trained values by player. */
export function parameterCounts(players: Players): Record<string, number> {
  const counts = Object.entries(players).map(([name, player]) => {
    const sizes = Object.values(player.variables).map((variable) => variable.size)
    return [name, sizes.reduce((sum, size) => sum + size, 0)] as const
  })
  return Object.fromEntries(counts)
}

function variablesOf(players: Players): [string, tf.Variable][] {
  const all = Object.entries(players).flatMap(([player, { variables, state }]) =>
    Object.entries({ ...variables, ...state }).map(([name, variable]): [string, tf.Variable] => [
      `${player}/${name}`,
      variable,
    ]),
  )
  return all.sort(([a], [b]) => (a < b ? -1 : 1))
}
