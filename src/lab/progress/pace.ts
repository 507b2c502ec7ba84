import type { Trial } from "@saddlepoint/core/declare/trial"
import type { RunEvent } from "../contracts/runEvent.ts"

/** A trial that is being played, as far as its messages tell. */
export interface Playing {
  readonly trial: Trial
  readonly since: number
  readonly phase: "starting" | "training" | "judging"
  readonly stage: string
  /** Done, of `steps`: steps of training over all stages, or batches that are judged. */
  readonly step: number
  readonly steps: number
  /** Steps that training takes: more than the trial's budget where that counts a move which is not in every step. */
  readonly training: number
  /** Steps of training that an earlier attempt had played. */
  readonly kept: number
  readonly losses: Readonly<Record<string, number>>
}

/** Where a run stands; times are seconds of one clock. */
export interface Pace {
  readonly since: number
  readonly trials: number
  readonly reused: number
  readonly workers: number
  readonly finished: number
  readonly diverged: number
  readonly failed: number
  /** Trials that nobody plays yet, by id. */
  readonly pending: ReadonlyMap<string, Trial>
  /** Of those, trials that another process was seen to play. */
  readonly held: ReadonlySet<string>
  /** By worker, in order of worker. */
  readonly playing: ReadonlyMap<number, Playing>
  /** Seconds and number of the finished trials by arm, and over all arms with steps. */
  readonly spent: ReadonlyMap<string, { readonly seconds: number; readonly trials: number }>
  /** `steps` of budgets. */
  readonly trained: { readonly seconds: number; readonly steps: number }
}

export const standstill: Pace = {
  since: 0,
  trials: 0,
  reused: 0,
  workers: 1,
  finished: 0,
  diverged: 0,
  failed: 0,
  pending: new Map(),
  held: new Set(),
  playing: new Map(),
  spent: new Map(),
  trained: { seconds: 0, steps: 0 },
}

/** The pace after an event that happened at `now` seconds. */
export function follow(pace: Pace, event: RunEvent, now: number): Pace {
  switch (event.type) {
    case "notice":
      return pace
    case "planned":
      return {
        ...standstill,
        since: now,
        trials: event.trials,
        reused: event.reused,
        workers: event.workers,
        pending: new Map(event.missing.map((trial) => [trial.id, trial])),
      }
    case "launched": {
      const started: Playing = {
        trial: event.trial,
        since: now,
        phase: "starting",
        stage: "",
        step: 0,
        steps: event.trial.steps,
        training: event.trial.steps,
        kept: 0,
        losses: {},
      }
      return {
        ...pace,
        pending: without(pace.pending, event.trial.id),
        playing: new Map([...pace.playing, [event.worker, started] as const].sort(([a], [b]) => a - b)),
      }
    }
    case "resumed": {
      const known = pace.playing.get(event.worker)
      if (known === undefined) return pace
      const playing = new Map(pace.playing)
      playing.set(event.worker, { ...known, step: event.step, kept: event.step })
      return { ...pace, playing }
    }
    case "held": {
      // It was launched where its lease was lost, or never: either way it waits.
      const worker = [...pace.playing].find(([, { trial }]) => trial.id === event.trial.id)?.[0]
      const playing = worker === undefined ? pace.playing : without(pace.playing, worker)
      const { id } = event.trial
      return {
        ...pace,
        playing,
        pending: new Map(pace.pending).set(id, event.trial),
        held: new Set(pace.held).add(id),
      }
    }
    case "elsewhere":
      return {
        ...pace,
        finished: pace.finished + 1,
        diverged: pace.diverged + (event.status === "diverged" ? 1 : 0),
        pending: without(pace.pending, event.trial.id),
      }
    case "progress": {
      const known = pace.playing.get(event.worker)
      if (known === undefined) return pace
      const { phase, stage, step, steps, losses } = event
      const training = phase === "training" ? steps : known.training
      const playing = new Map(pace.playing)
      playing.set(event.worker, { ...known, phase, stage, step, steps, training, losses })
      return { ...pace, playing }
    }
    case "finished": {
      const known = pace.playing.get(event.worker)
      const seconds = now - (known?.since ?? now)
      const { arm } = event.trial
      const steps = event.trial.steps - (known === undefined ? 0 : ofBudget(known, known.kept))
      const spent = pace.spent.get(arm) ?? { seconds: 0, trials: 0 }
      return {
        ...pace,
        finished: pace.finished + 1,
        diverged: pace.diverged + (event.status === "diverged" ? 1 : 0),
        playing: without(pace.playing, event.worker),
        // What was resumed took less than a whole trial takes.
        spent:
          known !== undefined && known.kept > 0
            ? pace.spent
            : new Map([...pace.spent, [arm, { seconds: spent.seconds + seconds, trials: spent.trials + 1 }]]),
        // A diverged trial ended early: its steps were not all played.
        trained:
          steps === 0 || event.status === "diverged"
            ? pace.trained
            : { seconds: pace.trained.seconds + seconds, steps: pace.trained.steps + steps },
      }
    }
    case "failed": {
      const playing = without(pace.playing, event.worker)
      return event.retrying ? { ...pace, playing } : { ...pace, playing, failed: pace.failed + 1 }
    }
    case "blocked":
      return { ...pace, failed: pace.failed + 1, pending: without(pace.pending, event.trial.id) }
  }
}

/** Seconds that a playing trial still needs; undefined while nothing tells. */
export function trialLeft(pace: Pace, playing: Playing, now: number): number | undefined {
  const elapsed = now - playing.since
  const usual = usualSeconds(pace, playing.trial)
  const { training, kept, phase, step } = playing
  if (usual !== undefined) {
    const share = training === 0 ? 1 : 1 - kept / training
    return Math.max(0, usual * share - elapsed)
  }
  const done = step - kept
  if (phase !== "training" || done <= 0) return undefined
  return (elapsed / done) * Math.max(0, training - step)
}

/** How many of a trial's budgeted steps so many steps of training are. */
function ofBudget({ trial, training }: Playing, steps: number): number {
  return training === 0 ? 0 : (steps / training) * trial.steps
}

/** Seconds until the run ends, from finished trials of the same arm, else from seconds per step so far. */
export function runLeft(pace: Pace, now: number): number | undefined {
  const speed = secondsPerStep(pace, now)
  let sum = 0
  let longest = 0
  for (const playing of pace.playing.values()) {
    const left =
      trialLeft(pace, playing, now) ?? (speed === undefined ? undefined : speed * playing.trial.steps)
    if (left === undefined) return undefined
    longest = Math.max(longest, left)
    sum += left
  }
  for (const trial of pace.pending.values()) {
    const left = usualSeconds(pace, trial) ?? (speed === undefined ? undefined : speed * trial.steps)
    if (left === undefined) return undefined
    sum += left
  }
  return Math.max(longest, sum / pace.workers)
}

/** Trials that are finished per hour, by whoever; undefined before the first is. */
export function trialsPerHour({ finished, since }: Pace, now: number): number | undefined {
  return finished === 0 || now <= since ? undefined : (finished / (now - since)) * 3600
}

function usualSeconds(pace: Pace, trial: Trial): number | undefined {
  const spent = pace.spent.get(trial.arm)
  return spent === undefined ? undefined : spent.seconds / spent.trials
}

/** Per step of a budget. */
function secondsPerStep(pace: Pace, now: number): number | undefined {
  if (pace.trained.steps > 0) return pace.trained.seconds / pace.trained.steps
  let seconds = 0
  let steps = 0
  for (const playing of pace.playing.values()) {
    if (playing.phase !== "training") continue
    seconds += now - playing.since
    steps += ofBudget(playing, playing.step - playing.kept)
  }
  return steps === 0 ? undefined : seconds / steps
}

function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
