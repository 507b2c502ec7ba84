import { createHash } from "node:crypto"
import type { Players, Stage } from "../contracts/game.ts"
import { decodeSafetensors, encodeSafetensors } from "../play/safetensors.ts"
import { type Training, train } from "../play/trainer.ts"
import { joinState, splitState, type TrainingState } from "../play/trainingState.ts"
import { fetchWeights, weightsDigest, weightsOf } from "../play/weights.ts"

/** What must not depend on whether training was interrupted: SHA-256 of the final weights, and of every step's losses. */
export interface Ending {
  readonly weights: string
  readonly losses: string
}

export interface ResumeCase extends Omit<Training, "stages" | "from" | "onStep" | "stop"> {
  /** The stages of the method, made anew for every go, as another process would. */
  readonly stages: () => readonly Stage[]
}

/**
 * The law of exact resumption, for any method: training that stops after `stopAfter` steps and goes on from its state,
 * taken through the bytes of a checkpoint, ends as the undisturbed one does.
 */
export async function exactResume(
  { stages, ...training }: ResumeCase,
  stopAfter: number,
): Promise<{ readonly undisturbed: Ending; readonly resumed: Ending }> {
  const whole: Losses[] = []
  const one = await train({ ...training, stages: stages(), onStep: ({ losses }) => whole.push(losses) })
  const undisturbed = await ending(one.players, whole)

  const parts: Losses[] = []
  let state: TrainingState | undefined
  const cut = await train({
    ...training,
    stages: stages(),
    async onStep({ step, losses, capture }) {
      parts.push(losses)
      if (step + 1 === stopAfter) state = await capture()
    },
    stop: () => state !== undefined,
  })
  dispose(cut.players)
  if (state === undefined) throw new RangeError(`Expected to stop after 1 to ${training.steps} steps.`)
  const bytes = encodeSafetensors(joinState(state))
  const again = await train({
    ...training,
    stages: stages(),
    from: splitState(state, decodeSafetensors(bytes)),
    onStep: ({ losses }) => parts.push(losses),
  })
  return { undisturbed, resumed: await ending(again.players, parts) }
}

type Losses = Readonly<Record<string, number>>

async function ending(players: Players, losses: readonly Losses[]): Promise<Ending> {
  await fetchWeights(players)
  const weights = weightsDigest(weightsOf(players))
  dispose(players)
  return { weights, losses: createHash("sha256").update(JSON.stringify(losses)).digest("hex") }
}

function dispose(players: Players): void {
  for (const player of Object.values(players)) player.dispose()
}
