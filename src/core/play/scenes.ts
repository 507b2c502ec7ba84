import type { CompiledStep, Engine, Feeds, StepContext, StepSources } from "@saddlepoint/engine/engine"
import type { Scalar, Tensor } from "@saddlepoint/engine/tf"
import type { Cadence, Players, Scene } from "../contracts/game.ts"
import type { GivenNetwork } from "../contracts/givenNetwork.ts"
import type { Player } from "../contracts/player.ts"
import { countOf } from "./cadence.ts"
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

/** Copies of what moves made, as reports in which `madeIn` finds them. */
export function reportMade(made: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(made).map(([name, tensor]) => [`${madePrefix}${name}`, tensor.clone()]),
  )
}

/** A scene to which moves add what they make. */
export interface OpenScene extends Scene {
  readonly made: Record<string, Tensor>
  /** The same scene as a move of this cadence sees it: `every` counts the steps in which the move is taken. */
  seenAt(when: Cadence | undefined): OpenScene
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

/** What a move of some cadence asked of `scene.every`. */
interface Beat {
  readonly n: number
  readonly when: Cadence | undefined
}

interface Variant {
  readonly names: readonly string[]
  readonly step: CompiledStep
  /** What `scene.every(n)` answered while the body was played: of steps of other answers it is not the computation. */
  readonly answers: ReadonlyMap<string, Beat & { readonly answer: boolean }>
}

/** Whether a move, in a step in which it is taken, was taken a multiple of `n` times before. */
const isOn = ({ n, when }: Beat, step: number) => (countOf(when, step) - 1) % n === 0

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
      [...answers.values()].every((asked) => isOn(asked, step) === asked.answer),
    )
    if (known !== undefined) return known.step
    const { engine, sources } = this.world
    const answers = new Map<string, Beat & { answer: boolean }>()
    const ask = (beat: Beat) => {
      const { every = 1, from = 0 } = beat.when ?? {}
      const answer = isOn(beat, step)
      answers.set(`${beat.n} of ${every}, ${from}`, { ...beat, answer })
      return answer
    }
    const compiled = engine.compile(
      (feeds, context) => body(this.scene(feeds, context, ask), context),
      sources,
    )
    this.variants.set(key, [...variants, { names, step: compiled, answers }])
    return compiled
  }

  /** Names, after them the `every n` that were true, and the steps. */
  played(): { readonly names: readonly string[]; readonly step: CompiledStep }[] {
    return [...this.variants.values()].flat().map(({ names, step, answers }) => {
      const beats = [...answers.values()].filter(({ answer }) => answer).map(({ n }) => n)
      const once = [...new Set(beats)].sort((a, b) => a - b)
      return { names: [...names, ...once.map((n) => `every ${n}`)], step }
    })
  }

  dispose(): void {
    for (const { step } of [...this.variants.values()].flat()) step.dispose()
  }

  private scene(feeds: Feeds, context: StepContext, ask: (beat: Beat) => boolean): OpenScene {
    const { players, schedules, given } = this.world
    const { made, others: batch } = madeIn(feeds)
    const scene: Omit<OpenScene, "every" | "seenAt"> = {
      batch,
      players,
      made,
      draw: (name, shape, how) => context.random(name, shape, how),
      schedule(name, schedule) {
        schedules.know(name, schedule)
        return context.schedule(name) as Scalar
      },
      given(network) {
        const player = given?.get(network)
        if (player !== undefined) return player
        throw new Error(
          `Expected the network "${network.task}" to be opened before training, but it is not; open the given networks of the method.`,
        )
      },
    }
    const seenAt = (when: Cadence | undefined): OpenScene => ({
      ...scene,
      every: (n) => ask({ n, when }),
      seenAt,
    })
    return seenAt(undefined)
  }
}
