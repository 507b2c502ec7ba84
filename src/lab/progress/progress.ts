import { neutral } from "@saddlepoint/core/contracts/neutral"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { RunEvent } from "../contracts/runEvent.ts"
import { follow, type Pace, type Playing, runLeft, standstill, trialLeft, trialsPerHour } from "./pace.ts"

export interface ProgressOptions {
  /** Where to write; standard error when left out, so that standard output stays free for `--json`. */
  readonly stream?: Pick<NodeJS.WriteStream, "write"> & {
    readonly isTTY?: boolean
    readonly columns?: number
  }
  /** Seconds of a steady clock. */
  readonly now?: () => number
  /** Seconds between two looks: 0.2 on a terminal, 30 elsewhere, when left out. */
  readonly every?: number
}

/** Live progress of a run. */
export interface Progress {
  show(event: RunEvent): void
  /** Draws (on a terminal) or writes one line (elsewhere) now; a timer calls it as well. */
  look(): void
  /** Clears the live lines and gives the terminal back as it was. */
  close(): void
}

// ECMA-48: cursor up, erase in line and display; DEC private modes 7 (wrap) and 25 (cursor).
const up = (lines: number) => (lines === 0 ? "" : `\x1b[${lines}A`)
const eraseBelow = "\r\x1b[0J"
const seize = "\x1b[?25l\x1b[?7l"
const release = "\x1b[?7h\x1b[?25h"

/**
 * Shows a run: on a terminal one line for each worker and one for the whole, redrawn in place; elsewhere a plain line
 * for each end and one now and then.
 */
export function openProgress(options: ProgressOptions = {}): Progress {
  const stream = options.stream ?? process.stderr
  const now = options.now ?? (() => performance.now() / 1000)
  const live = stream.isTTY === true
  let pace: Pace = standstill
  let drawn = 0
  let open = true

  const clear = () => {
    const moves = drawn === 0 ? "" : up(drawn) + eraseBelow
    drawn = 0
    return moves
  }
  const draw = () => {
    if (!open || pace.trials === 0) return
    const width = Math.max(20, (stream.columns ?? 100) - 1)
    const lines = liveLines(pace, now()).map((line) => cut(neutral(line), width))
    stream.write(`${seize}${clear()}${lines.map((line) => `${line}\n`).join("")}`)
    drawn = lines.length
  }
  const say = (line: string) => {
    stream.write(`${live ? clear() : ""}${neutral(line)}\n`)
    if (live) draw()
  }
  const look = live
    ? draw
    : () => {
        if (pace.playing.size > 0) say(`[${clock(now() - pace.since)}] ${steadyLine(pace, now())}`)
      }
  const timer = setInterval(look, (options.every ?? (live ? 0.2 : 30)) * 1000)
  timer.unref()
  const close = () => {
    if (!open) return
    if (live) stream.write(clear() + release)
    open = false
    clearInterval(timer)
    process.off("exit", close)
  }
  // Also where the process leaves without a word, so that the cursor is not lost.
  process.on("exit", close)

  return {
    look,
    close,
    show(event) {
      const before = pace
      pace = follow(pace, event, now())
      const line = eventLine(event, before, pace, now(), live)
      if (line !== undefined) say(line)
      else if (live && event.type !== "progress") draw()
    },
  }
}

/** What is worth a line that stays. On a terminal that is bad news only: the rest is in the live lines. */
function eventLine(
  event: RunEvent,
  before: Pace,
  pace: Pace,
  now: number,
  live: boolean,
): string | undefined {
  switch (event.type) {
    case "planned": {
      const { trials, reused, workers, missing } = event
      if (missing.length === 0) return `${count(trials, "trial")}: all have a result.`
      const rest = reused === 0 ? "" : `${reused} have a result, `
      return `${count(trials, "trial")}: ${rest}${missing.length} to play with ${count(workers, "worker")}.`
    }
    case "finished": {
      const tail = event.evidence === undefined ? "" : `: ${event.evidence}`
      if (live) return event.status === "diverged" ? `${nameOf(event.trial)} diverged${tail}` : undefined
      const took = clock(now - (before.playing.get(event.worker)?.since ?? now))
      const verb = event.status === "diverged" ? "diverged" : "finished"
      const at = clock(now - pace.since)
      return `[${at}] ${nameOf(event.trial)} ${verb} in ${took}${tail} (${overall(pace, now)})`
    }
    case "resumed":
      return `${nameOf(event.trial)} goes on from step ${event.step} of an earlier attempt.`
    case "held":
      // A held trial is looked at again and again.
      if (before.held.has(event.trial.id)) return undefined
      return `${nameOf(event.trial)} is played by another process; it is looked at again later.`
    case "elsewhere": {
      const verb = event.status === "diverged" ? "diverged" : "was finished"
      return `${nameOf(event.trial)} ${verb} in another process (${overall(pace, now)})`
    }
    case "failed": {
      const { failure, retrying, trial } = event
      return `${nameOf(trial)} failed: ${failure.sentence}${retrying ? " Starting it once more." : ""}`
    }
    case "blocked":
      return `${nameOf(event.trial)}: ${event.sentence}`
    case "notice":
      return event.sentence
    default:
      return undefined
  }
}

/** The lines of a terminal: a line for each worker, then the whole. */
export function liveLines(pace: Pace, now: number): readonly string[] {
  const playing = [...pace.playing.values()]
  const width = Math.min(44, Math.max(0, ...playing.map(({ trial }) => nameOf(trial).length)))
  return [...playing.map((one) => playingLine(pace, one, now, width)), overall(pace, now)]
}

function playingLine(pace: Pace, playing: Playing, now: number, width: number): string {
  const { trial, phase, stage, step, steps } = playing
  const name = cut(nameOf(trial), width).padEnd(width)
  if (phase === "starting") return `${name}  starting`
  const share = steps === 0 ? 0 : Math.min(1, step / steps)
  const filled = Math.round(share * 16)
  const bar = `[${"#".repeat(filled)}${".".repeat(16 - filled)}]`
  const left = trialLeft(pace, playing, now)
  const parts = [
    `${name}  ${phase}${stage === "" || phase === "judging" ? "" : ` ${stage}`}`,
    `${bar} ${step}/${steps}`,
    lossText(playing.losses),
    left === undefined ? "" : `${clock(left)} left`,
  ]
  return parts.filter((part) => part !== "").join("  ")
}

function steadyLine(pace: Pace, now: number): string {
  const playing = [...pace.playing.values()].map(({ trial, phase, step, steps, losses }) => {
    const where = phase === "starting" ? phase : `${phase} ${step}/${steps}`
    return `${nameOf(trial)} ${where} ${lossText(losses)}`.trim()
  })
  return `${playing.join("; ")} (${overall(pace, now)})`
}

function overall(pace: Pace, now: number): string {
  const remaining = pace.pending.size + pace.playing.size
  const left = remaining === 0 ? undefined : runLeft(pace, now)
  const rate = remaining === 0 ? undefined : trialsPerHour(pace, now)
  return [
    `${pace.finished} done`,
    pace.diverged === 0 ? "" : `${pace.diverged} of them diverged`,
    `${pace.failed} failed`,
    `${remaining} remaining`,
    rate === undefined ? "" : `${rate.toFixed(rate < 10 ? 1 : 0)} trials an hour`,
    `${clock(now - pace.since)} elapsed`,
    left === undefined ? "" : `about ${clock(left)} left`,
  ]
    .filter((part) => part !== "")
    .join(", ")
}

/** Totals by player where there are any, else the first losses. */
function lossText(losses: Readonly<Record<string, number>>): string {
  const entries = Object.entries(losses)
  const totals = entries.filter(([name]) => name.endsWith("/total"))
  return (totals.length === 0 ? entries : totals)
    .slice(0, 2)
    .map(([name, value]) => `${name.replace(/\/total$/, "")} ${value.toPrecision(4)}`)
    .join("  ")
}

function nameOf(trial: Trial): string {
  return trial.kind === "arm" ? `${trial.arm} seed ${trial.seed}` : trial.arm
}

/** `0:07`, `12:30`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, "0")
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`
}

function cut(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`
}
