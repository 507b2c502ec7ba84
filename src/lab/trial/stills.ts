import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { seenBy } from "@saddlepoint/core/answer/inputs"
import type { Batch, Players } from "@saddlepoint/core/contracts/game"
import { messageOf } from "@saddlepoint/core/contracts/messageOf"
import type { PointsMethod, SamplesMethod } from "@saddlepoint/core/contracts/method"
import { randomSource } from "@saddlepoint/core/play/draw"
import * as tf from "@saddlepoint/engine/tf"
import { stillName, stillsFolder } from "../contracts/stills.ts"
import type { PlayTask } from "../contracts/trialRequest.ts"
import type { Attempt } from "../store/attempts/attempt.ts"
import type { Resumption } from "../store/attempts/resume.ts"
import { listFolder } from "../store/files/durable.ts"
import { attemptFolder } from "../store/files/layout.ts"
import { keepingOf } from "./keep/keepingOf.ts"
import type { OpenTrial } from "./openTrial.ts"

/** Stills of a trial at most: of more, fewer are taken. */
const mostStills = 200
/** What is drawn for a still. */
const shown = { samples: 32, points: 256 } as const

/** Keeps what a trial makes of the same draws every few steps, for looking at: no number of the trial rests on it. */
export interface Stills {
  /**
   * Keeps a still where it is due.
   * @param step steps that were played, of `steps`
   * @returns seconds that it took
   */
  after(players: Players, step: number, steps: number): Promise<number>
}

/** Where nobody looks. */
export const noStills: Stills = { after: async () => 0 }

/**
 * Opens the stills of a trial, none where nobody asked for them or where it makes neither samples nor points. Those of the attempt that it goes on from are
 * taken over. Draws come from streams of their own, and players answer in their test mode, so that training stays as it was; what cannot be drawn is told in the
 * journal once, and ends nothing.
 */
export function openStills(
  opened: OpenTrial<PlayTask>,
  attempt: Attempt,
  resumption: Resumption | undefined,
): Stills {
  const { request, method, reach } = opened
  if (resumption !== undefined) reach(() => takeOver(opened, attempt, resumption))
  const { samplesEvery } = request
  if (samplesEvery === undefined || (method?.answers !== "samples" && method?.answers !== "points"))
    return noStills
  let failed = false
  return {
    async after(players, step, steps) {
      const every = Math.max(samplesEvery, Math.ceil(steps / mostStills))
      if (failed || (step % every !== 0 && step !== steps)) return 0
      const begun = performance.now()
      try {
        const bytes = await drawn(opened, method, players)
        attempt.journal({ event: "samples", step, file: attempt.artifact(stillName(step), bytes) })
      } catch (error) {
        failed = true
        attempt.journal({ event: "samples-failed", step, why: messageOf(error) })
      }
      return (performance.now() - begun) / 1000
    },
  }
}

/** The picture that judging keeps, of a few samples. */
async function drawn(
  { dataset, engine, request }: OpenTrial,
  method: SamplesMethod | PointsMethod,
  players: Players,
): Promise<Buffer> {
  const count = shown[method.answers]
  const told = toldOf(method, dataset.splits.train.fields.label?.classes, count)
  const answer = await method.answer(seenBy(method, dataset), players)
  const step = engine.compile((feeds, { random: draw }) => ({ output: answer(feeds, { count, draw }) }), {
    random: randomSource(request.trial.seed, "stills"),
    schedule: () => 0,
  })
  let output: tf.Tensor | undefined
  try {
    output = step.play(told, 0).output!
    const keeping = keepingOf(method, { dataset, engine, request })
    await keeping.add({ ...told, output })
    return (await keeping.files(players))[0]!.bytes
  } finally {
    tf.dispose([told, output])
    step.dispose()
  }
}

/** Each class in turn, of methods that are told one. */
function toldOf(
  { conditions = [] }: SamplesMethod | PointsMethod,
  classes: number | undefined,
  count: number,
): Batch {
  const other = conditions.find((name) => name !== "label")
  if (other !== undefined || (conditions.length > 0 && classes === undefined)) {
    throw new Error(`Expected samples of nothing or of classes, but these are told ${other ?? "labels"}.`)
  }
  if (conditions.length === 0) return {}
  return {
    label: tf.tensor1d(
      Array.from({ length: count }, (_, at) => at % classes!),
      "int32",
    ),
  }
}

/** Copies the stills up to the step from which an attempt goes on. */
function takeOver({ request }: OpenTrial, attempt: Attempt, { attempt: from, step }: Resumption): void {
  const { store, experiment, trial } = request
  const folder = join(attemptFolder(store, experiment, trial.id, from), "artifacts")
  for (const name of listFolder(join(folder, stillsFolder)).sort()) {
    const before = Number.parseInt(name, 10)
    const file = join(folder, stillsFolder, name)
    if (!(before <= step) || stillName(before) !== `${stillsFolder}/${name}` || !existsSync(file)) continue
    attempt.artifact(stillName(before), readFileSync(file))
  }
}
