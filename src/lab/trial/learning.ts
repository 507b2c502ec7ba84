import type { Stage } from "@saddlepoint/core/contracts/game"
import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import { type Outcome, type StepReport, train } from "@saddlepoint/core/play/trainer"
import { weightsDigest } from "@saddlepoint/core/play/weights"
import { openLoader } from "@saddlepoint/datasets/loader"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { PlayTask } from "../contracts/trialRequest.ts"
import type { Attempt } from "../store/attempts/attempt.ts"
import { writeCheckpoint } from "../store/attempts/checkpoint.ts"
import { chainStart, nextLink } from "../store/attempts/hashChain.ts"
import { stepsPerLine } from "../store/attempts/journal.ts"
import type { Resumption } from "../store/attempts/resume.ts"
import { openBreath } from "./breath.ts"
import type { Leaving } from "./leaving.ts"
import type { OpenTrial } from "./openTrial.ts"
import { noStills, type Stills } from "./stills.ts"

/** Milliseconds between progress messages. */
const progressInterval = 200

/** How a trial's training ended. */
export interface Learnt extends Pick<Outcome, "status" | "evidence" | "players" | "steps"> {
  /** Wall-clock seconds, those before a resumption included. */
  readonly trainSeconds: number
}

/**
 * Trains a trial's players: writes the losses of every step and their hash chain to the journal, checkpoints by time,
 * stills where they are asked for, and, when it is asked to leave, a last checkpoint after which it stops.
 */
export async function learn(
  { request, engine, given }: OpenTrial<PlayTask>,
  stages: readonly Stage[],
  attempt: Attempt,
  resumption: Resumption | undefined,
  leaving: Leaving,
  tell: (message: ChildMessage) => void,
  stills: Stills = noStills,
): Promise<Learnt> {
  if (stages.length === 0) return { status: "completed", steps: 0, trainSeconds: 0, players: {} }
  const { trial, checkpointSeconds } = request
  const { steps: budget, seed } = trial
  const before = resumption?.steps.at(-1)?.seconds ?? 0
  const begun = performance.now()
  // What was looked at is no part of training.
  let looked = 0
  const seconds = () => before + (performance.now() - begun) / 1000 - looked
  let chain = resumption?.checkpoint.chain ?? chainStart
  let told = 0
  let saved = begun
  const breathe = openBreath()
  let stopping = false

  const save = async ({ capture }: StepReport) => {
    saved = performance.now()
    const state = await capture()
    try {
      // What the checkpoint goes on from must be on the disk before it.
      attempt.sync()
      const { file, step } = writeCheckpoint(attempt.folder, { state, chain })
      attempt.journal({ event: "checkpoint", step, file, weights: weightsDigest(state.players) })
    } catch (error) {
      // Training needs no checkpoint; on a full disk the next one may find room.
      const why = messageOf(error)
      attempt.journal({ event: "checkpoint-failed", step: state.played, why })
    }
  }

  const outcome = await train({
    stages,
    seed,
    steps: budget,
    engine,
    given,
    openLoader,
    ...(resumption === undefined ? {} : { from: resumption.checkpoint.state }),
    stop: () => stopping,
    async onStep(report) {
      const { stage, step, steps, losses } = report
      chain = nextLink(chain, stage, step, losses)
      const finite = Object.values(losses).every(Number.isFinite)
      await breathe()
      stopping = leaving.asked()
      const waited = (performance.now() - saved) / 1000
      // The last step too, where training was long: judging may be cut off.
      const last = step === steps - 1 && seconds() >= checkpointSeconds
      const due = finite && (stopping || last || waited >= checkpointSeconds)
      if (due || !finite || step % stepsPerLine(steps) === 0 || step === steps - 1) {
        attempt.journal({ event: "step", stage, step, seconds: seconds(), losses, chain })
      }
      if (finite) looked += await stills.after(report.players, step + 1, steps)
      if (due) await save(report)
      if (performance.now() - told < progressInterval && step < steps - 1) return
      told = performance.now()
      tell({ type: "progress", phase: "training", stage, step: step + 1, steps, losses })
    },
  })
  const { status, evidence, players, leaked, moves } = outcome
  if (leaked > 0) attempt.journal({ event: "leak", tensors: leaked })
  for (const played of moves) {
    attempt.journal({ event: "moves", ...played, moves: [...played.moves] })
  }
  return {
    status,
    ...(evidence === undefined ? {} : { evidence }),
    players,
    steps: outcome.steps,
    trainSeconds: seconds(),
  }
}
