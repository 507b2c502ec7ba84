import type { CompiledStep, Engine, Feeds, StepContext, StepSources } from "@saddlepoint/engine/engine"
import type { Scalar, Tensor } from "@saddlepoint/engine/tf"
import type { Players, Scene } from "../contracts/game.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { Player } from "../contracts/player.ts"
import type { RoundSchedules } from "./roundSchedules.ts"

/** Of this prefix are the feeds, and the reports, that moves of a step made, where the host comes between. */
export const madePrefix = "made/"

/** Given networks that losses see with, opened. */
export type GivenPlayers = ReadonlyMap<GivenNetwork, Player>

/** Splits what a step reports into what its moves made, by its own names, and the rest. */
export function madeIn(reported: Readonly<Record<string, Tensor>>): {
  readonly made: Record<string, Tensor>
  readonly others: Record<string, Tensor>
} {
  const made: Record<string, Tensor> = {}
  const others: Record<string, Tensor> = {}
  for (const [name, tensor] of Object.entries(reported)) {
    if (name.startsWith(madePrefix)) made[name.slice(madePrefix.length)] = tensor
    else others[name] = tensor
  }
  return { made, others }
}

/** A scene to which moves add what they make. */
export interface OpenScene extends Scene {
  readonly made: Record<string, Tensor>
}

/** Tensor code over a scene, as one compiled step. */
export type SceneBody = (scene: OpenScene, context: StepContext) => Readonly<Record<string, Tensor>>

export interface SceneSources {
  readonly engine: Engine
  readonly sources: StepSources
  readonly players: Players
  readonly schedules: RoundSchedules
  readonly given?: GivenPlayers
}

const separator = "\n"

interface Variant {
  readonly names: readonly string[]
  readonly step: CompiledStep
  /** What `scene.every(n)` answered while the body was played: of steps of other answers it is not the computation. */
  readonly answers: ReadonlyMap<number, boolean>
}

/** Compiles tensor code over scenes, once for each name and each answer that `scene.every` gives. */
export class Scenes {
  private readonly variants = new Map<string, Variant[]>()
  private readonly world: SceneSources

  constructor(world: SceneSources) {
    this.world = world
  }

  /**
   * To be played before it is asked again: what the body asks of `scene.every` shows only then.
   * @param names that tell this body from others
   */
  stepOf(names: readonly string[], step: number, body: SceneBody): CompiledStep {
    const key = names.join(separator)
    const variants = this.variants.get(key) ?? []
    const known = variants.find(({ answers }) =>
      [...answers].every(([n, answer]) => (step % n === 0) === answer),
    )
    if (known !== undefined) return known.step
    const { engine, sources } = this.world
    const answers = new Map<number, boolean>()
    const every = (n: number) => {
      answers.set(n, step % n === 0)
      return step % n === 0
    }
    const compiled = engine.compile(
      (feeds, context) => body(this.scene(feeds, context, every), context),
      sources,
    )
    this.variants.set(key, [...variants, { names, step: compiled, answers }])
    return compiled
  }

  /** Names, after them the `every n` that were true, and the steps. */
  played(): { readonly names: readonly string[]; readonly step: CompiledStep }[] {
    return [...this.variants.values()].flat().map(({ names, step, answers }) => {
      const beats = [...answers].filter(([, answer]) => answer).map(([n]) => n)
      return { names: [...names, ...beats.sort((a, b) => a - b).map((n) => `every ${n}`)], step }
    })
  }

  dispose(): void {
    for (const { step } of [...this.variants.values()].flat()) step.dispose()
  }

  private scene(feeds: Feeds, context: StepContext, every: Scene["every"]): OpenScene {
    const { players, schedules, given } = this.world
    const { made, others: batch } = madeIn(feeds)
    return {
      batch,
      players,
      made,
      draw: (name, shape, how) => context.random(name, shape, how),
      schedule(name, schedule) {
        schedules.know(name, schedule)
        return context.schedule(name) as Scalar
      },
      every,
      given(network) {
        const player = given?.get(network)
        if (player !== undefined) return player
        throw new Error(
          `Expected the network "${network.task}" to be opened before training, but it is not; open the given networks of the method.`,
        )
      },
    }
  }
}
