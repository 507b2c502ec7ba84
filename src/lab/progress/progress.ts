import { neutral } from "@saddlepoint/core/contracts/neutral"
import type { RunEvent } from "../contracts/runEvent.ts"
import { clock, liveLines, lossTexts, nameOf, overall } from "./liveLines.ts"
import { follow, type Pace, standstill } from "./pace.ts"

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
    const lines = liveLines(pace, now(), width).map(neutral)
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

/** What is worth a line that stays: ends with what came of them, and bad news. */
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
      const tail = event.evidence === undefined ? scoreText(event.scores) : `: ${event.evidence}`
      if (live && event.status === "diverged") return `${nameOf(event.trial)} diverged${tail}`
      // The others are counted in the live lines.
      if (live) return tail === "" ? undefined : `${nameOf(event.trial)}${tail}`
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

function steadyLine(pace: Pace, now: number): string {
  const playing = [...pace.playing.values()].map(({ trial, phase, step, steps, losses }) => {
    const where = phase === "starting" ? phase : `${phase} ${step}/${steps}`
    return `${nameOf(trial)} ${where} ${lossTexts(losses).join("  ")}`.trim()
  })
  return `${playing.join("; ")} (${overall(pace, now)})`
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`
}

/** `: classAccuracy 0.7027, fid 3.121`, no more than three. */
function scoreText(scores: Readonly<Record<string, number>> = {}): string {
  const texts = Object.entries(scores).map(([name, value]) => `${name} ${value.toPrecision(4)}`)
  const more = texts.length > 3 ? ", ..." : ""
  return texts.length === 0 ? "" : `: ${texts.slice(0, 3).join(", ")}${more}`
}
