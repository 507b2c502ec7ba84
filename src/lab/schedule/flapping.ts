import type { FailureClass } from "../contracts/failure.ts"

/** How one go at a trial ended, in the order in which goes end. */
export interface GoNote {
  readonly arm: string
  readonly outcome: "finished" | FailureClass
  /** The failure's sentence; of no use for `finished`. */
  readonly sentence?: string
  /** False when the trial is started once more. */
  readonly last: boolean
  /** Seconds since the run began. */
  readonly at: number
}

/** What the guard remembers. */
export interface Flapping {
  readonly finished: boolean
  /** Arms of the goes that ended without a result since the last that finished, oldest first. */
  readonly row: readonly string[]
  /** By arm, how many trials in a row were given up, and for what. */
  readonly givenUp: ReadonlyMap<string, { readonly class: FailureClass; readonly trials: number }>
  readonly paused: ReadonlySet<string>
}

export interface Judgement {
  readonly state: Flapping
  /** No more trials are to be started; says why. */
  readonly stop?: string
  /** No more trials of this arm are to be started; the others go on. */
  readonly pause?: { readonly arm: string; readonly sentence: string }
}

export const calm: Flapping = { finished: false, row: [], givenUp: new Map(), paused: new Set() }

const early = { seconds: 60, ends: 3 }
const endsInARow = 5
const trialsInARow = 3
/** A trial's first go and the go after it. */
const countedOfOneArm = 2

/**
 * Guards a run against going on where nothing works: three goes that end without a result within the first minute
 * while nothing has finished, or five in a row at any time, stop it; three trials of one arm in a row that are given
 * up for the same class pause that arm. While there are several arms, no more than two goes of each are counted, so that
 * one broken arm is paused and does not stop the others. A preemption says nothing of the trial and is not counted.
 * @param arms how many arms (and judges) the run has trials of
 */
export function judgeGo(state: Flapping, note: GoNote, arms: number): Judgement {
  const { arm, outcome, last, at, sentence = "" } = note
  if (outcome === "preempted") return { state }
  if (outcome === "finished") {
    return { state: { ...state, finished: true, row: [], givenUp: without(state.givenUp, arm) } }
  }
  const row = [...state.row, arm]
  const before = state.givenUp.get(arm)
  const trials = before?.class === outcome ? before.trials + 1 : 1
  const givenUp = last ? new Map(state.givenUp).set(arm, { class: outcome, trials }) : state.givenUp
  const next: Flapping = { ...state, row, givenUp }

  const several = arms - state.paused.size > 1
  const counted = row.filter(
    (one, index) => !several || occurrences(row.slice(0, index), one) < countedOfOneArm,
  )
  const tooEarly = !state.finished && at <= early.seconds && counted.length >= early.ends
  if (tooEarly || counted.length >= endsInARow) {
    const when = tooEarly ? ` within the first ${early.seconds} s` : " in a row"
    const stop = `Stopped, because ${row.length} goes${when} ended without a result, the last one so: ${sentence}`
    return { state: next, stop: `${stop} Mend this and run again; what is finished is kept.` }
  }
  if (!last || trials < trialsInARow || state.paused.has(arm)) return { state: next }
  const pause = `${arm}: Paused, because ${trials} trials in a row ended as ${outcome}, the last one so: ${sentence}`
  return {
    state: { ...next, row: row.filter((one) => one !== arm), paused: new Set(state.paused).add(arm) },
    pause: { arm, sentence: `${pause} The other arms go on.` },
  }
}

function occurrences(row: readonly string[], arm: string): number {
  return row.filter((one) => one === arm).length
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
