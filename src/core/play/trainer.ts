import type { Engine } from "@saddlepoint/engine/engine"
import type { Game, Players, Stage } from "../contracts/game.ts"
import type { OpenLoader } from "./loader.ts"
import { type Losses, type PlayedMoves, Round } from "./round.ts"
import type { GivenPlayers } from "./scenes.ts"
import type { TrainingState } from "./trainingState.ts"
import { fetchWeights, restore, type Weights, weightsOf } from "./weights.ts"

/** What happened in one step. */
export interface StepReport {
  readonly stage: string
  /** Index of the step over all stages, from 0, and how many there are: more than the budget's where a stage counts a rarer move. */
  readonly step: number
  readonly steps: number
  readonly losses: Losses
  /** As they are after this step; they go on learning, so leave them alone. */
  readonly players: Players
  /** The state after this step, from which `train` can go on; reads every tensor, so ask seldom. */
  readonly capture: () => Promise<TrainingState>
}

/** How training ended. `players` belong to the caller. */
export interface Outcome {
  readonly status: "completed" | "diverged" | "stopped"
  /** One sentence on what became non-finite, and where; only for `diverged`. */
  readonly evidence?: string
  readonly players: Players
  /** Steps that were played, those before a resumption included. */
  readonly steps: number
  /** Tensors that appeared between the third step here and the last one of a stage; more than 0 is a leak. */
  readonly leaked: number
  /** How the moves of each stage were played at last, and why not replayed, for the journal. */
  readonly moves: readonly PlayedMoves[]
}

export interface Training {
  readonly stages: readonly Stage[]
  readonly seed: number
  /** The budget: steps over all stages, shared out by `stage.share`; of a stage that `counts` a move, moves of that name. */
  readonly steps: number
  readonly engine: Engine
  readonly openLoader: OpenLoader
  /** The given networks that the method's losses need. */
  readonly given?: GivenPlayers
  /** Where to go on, as `capture` gave it under the same stages, seed and steps. */
  readonly from?: TrainingState
  /** Sees every step; what it gives is awaited. */
  readonly onStep?: (report: StepReport) => unknown
  /** Asked after every step; training ends as `stopped` when it says yes. */
  readonly stop?: () => boolean
}

/** The one trainer: plays the stages of any method in turn. A loss that is not finite ends it as `diverged`. */
export async function train(training: Training): Promise<Outcome> {
  const { stages, seed, from, engine, given, onStep, stop } = training
  const shares = stepsOf(stages, training.steps)
  const steps = shares.reduce((sum, share) => sum + share, 0)
  let players: Players = {}
  let played = 0
  let leaked = 0
  const moves: PlayedMoves[] = []
  const end = (status: Outcome["status"], evidence?: string): Outcome => {
    return { status, ...(evidence === undefined ? {} : { evidence }), players, steps: played, leaked, moves }
  }
  for (const [index, stage] of stages.entries()) {
    const resumed = from?.stage === index ? from : undefined
    if (resumed !== undefined && index > 0) restore(players, resumed.entry)
    const entry = index === 0 ? {} : await read(players)
    const game = stage.play({ seed, carried: players, steps: shares[index]! })
    requireCounted(stage, game)
    players = handOver(players, game.players)
    if (from !== undefined && index < from.stage) {
      played += shares[index]!
      continue
    }
    const split = await stage.data(players)
    const loader = training.openLoader({ split, batch: stage.batch, seed, stage: stage.name })
    const round = new Round({
      engine,
      stage: stage.name,
      game,
      seed,
      steps: shares[index]!,
      ...(given === undefined ? {} : { given }),
    })
    let settled = 0
    try {
      if (resumed !== undefined) {
        restore(players, resumed.players)
        round.restoreOptimisers(resumed.optimisers)
        played += resumed.step
      }
      const first = resumed?.step ?? 0
      for (let step = first; step < shares[index]!; step++) {
        const losses = await round.play(await loader.next(step), step)
        played++
        const capture = async (): Promise<TrainingState> => ({
          stage: index,
          step: step + 1,
          played,
          players: await read(players),
          optimisers: await round.optimiserState(),
          entry,
        })
        await onStep?.({ stage: stage.name, step: played - 1, steps, losses, players, capture })
        const bad = Object.entries(losses).find(([, value]) => !Number.isFinite(value))
        if (bad !== undefined) {
          return end("diverged", `${bad[0]} became ${bad[1]} at step ${step} of stage ${stage.name}.`)
        }
        if (stop?.() === true) return end("stopped")
        if (step === first + 2) settled = engine.memory().tensors
      }
      if (settled > 0) leaked += engine.memory().tensors - settled
    } finally {
      moves.push(...round.playedMoves())
      loader.close()
      round.dispose()
    }
  }
  return end("completed")
}

async function read(players: Players): Promise<Weights> {
  await fetchWeights(players)
  return weightsOf(players)
}

/** Splits `steps` by the stages' shares with the largest-remainder rule; the parts add up exactly. */
export function shareOut(steps: number, stages: readonly { readonly share: number }[]): number[] {
  const total = stages.reduce((sum, { share }) => sum + share, 0)
  const exact = stages.map(({ share }) => (steps * share) / total)
  const parts = exact.map(Math.floor)
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  const left = steps - parts.reduce((sum, part) => sum + part, 0)
  for (const { index } of byRemainder.slice(0, left)) parts[index]!++
  return parts
}

/** Steps of each stage: its share of the budget, times the steps between two moves that the budget counts. */
export function stepsOf(stages: readonly Stage[], budget: number): number[] {
  return shareOut(budget, stages).map((share, index) => share * (stages[index]!.counts?.every ?? 1))
}

function requireCounted({ name, counts }: Stage, { moves }: Game): void {
  if (counts === undefined) return
  const counted = moves.find((move) => move.name === counts.move)
  const every = counted?.kind === "hostKeep" ? undefined : (counted?.when?.every ?? 1)
  if (counted !== undefined && every === counts.every) return
  throw new Error(
    `Expected the stage ${name} to have a move ${counts.move} every ${counts.every} steps, which its budget counts, but got ` +
      `${counted === undefined ? "none" : `one every ${every}`}; make the two agree.`,
  )
}

function handOver(carried: Players, playing: Players): Players {
  for (const [name, player] of Object.entries(carried)) {
    if (name in playing && playing[name] !== player) player.dispose()
  }
  return { ...carried, ...playing }
}

/** The players as the stages would set them up, untrained; their weights are then restored from a finished trial. */
export function untrainedPlayers(stages: readonly Stage[], seed: number, steps: number): Players {
  const shares = stepsOf(stages, steps)
  return stages.reduce<Players>(
    (carried, stage, index) =>
      handOver(carried, stage.play({ seed, carried, steps: shares[index]! }).players),
    {},
  )
}
