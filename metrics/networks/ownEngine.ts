import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import * as tf from "@saddlepoint/engine/tf"

let opened: Promise<{ readonly engine: Engine; readonly backend: tf.KernelBackend }> | undefined

/**
 * The engine of networks that are opened without one: `openEngine()`, once for all of them, and again after another
 * engine took its place, since one engine is active in a process.
 */
export async function ownEngine(): Promise<Engine> {
  const known = await opened
  if (known !== undefined && tf.findBackend(tf.getBackend()) === known.backend) return known.engine
  opened = openEngine().then((engine) => ({ engine, backend: tf.backend() }))
  return (await opened).engine
}
