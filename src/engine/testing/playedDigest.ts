import { createHash } from "node:crypto"
import type { CompiledStep, Engine } from "../engine.ts"
import { dispose } from "../tf.ts"
import { type Game, gameSources } from "./game.ts"
import { tinyDann } from "./tinyDann.ts"
import { tinyDcgan } from "./tinyDcgan.ts"
import { tinyUnet } from "./tinyUnet.ts"

/** The games of the tests, by name. */
export const games: Readonly<Record<string, () => Game>> = {
  dcgan: tinyDcgan,
  dann: tinyDann,
  unet: tinyUnet,
}

/** SHA-256 over the reports of every step, and all variables after the last. */
export function playedDigest(game: Game, compiled: CompiledStep, steps: number): string {
  const hash = createHash("sha256")
  for (let step = 0; step < steps; step++) {
    const feeds = game.feeds(step)
    const reported = compiled.play(feeds, step)
    for (const value of Object.values(reported)) hash.update(value.dataSync())
    dispose([feeds, reported])
  }
  for (const variable of game.variables) hash.update(variable.dataSync())
  return hash.digest("hex")
}

/** Digests of fresh games of an engine, one line each: `name digest`. */
export function digests(engine: Engine, steps: number): string {
  const lines = Object.entries(games).map(([name, make]) => {
    const game = make()
    const compiled = engine.compile(game.body, gameSources)
    const digest = playedDigest(game, compiled, steps)
    if (compiled.mode !== "replayed")
      throw new Error(`Expected ${name} to be replayed, but: ${compiled.reason}`)
    compiled.dispose()
    dispose([...game.variables])
    return `${name} ${digest}`
  })
  return lines.join("\n")
}
