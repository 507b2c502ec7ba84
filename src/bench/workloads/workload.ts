import type { Players } from "@saddlepoint/core/contracts/game"
import type { Engine } from "@saddlepoint/engine/engine"

/** A training step, or a forward pass, that can be timed; on the active engine. */
export interface Workload {
  /** Who learns; nobody in a forward pass. */
  readonly players: Players
  /** Numbers in the networks' weights, learnt or frozen, without statistics. */
  readonly parameters: number
  /** Plays a step, the same work at every one. @returns its losses by name */
  play(step: number): Promise<Readonly<Record<string, number>>>
  /** Whether the last step was replayed: nothing was recorded or compiled in it. */
  replayed(): boolean
  /** Releases all that the workload holds; the engine stays open. */
  dispose(): void
}

/** How to make a workload on an engine. */
export interface WorkloadRecipe {
  readonly full: (engine: Engine) => Promise<Workload>
  /** The same computation, shrunk so far that pure JavaScript plays a step in a moment. */
  readonly small: (engine: Engine) => Promise<Workload>
}

/** Seed of everything that workloads draw. */
export const benchSeed = 1
