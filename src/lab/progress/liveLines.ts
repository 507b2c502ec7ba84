import type { Trial } from "@saddlepoint/core/declare/trial"
import { type Pace, type Playing, runLeft, trialLeft, trialsPerHour } from "./pace.ts"

/** The lines of a terminal of so many columns: a line for each worker, then the whole. */
export function liveLines(pace: Pace, now: number, columns: number): readonly string[] {
  const playing = [...pace.playing.values()]
  const parts = playing.map((one) => playingParts(pace, one, now))
  const longest = Math.max(0, ...playing.map(({ trial }) => nameOf(trial).length))
  const form =
    forms.find((shown) => parts.every((one) => fits(shown, one, longest, columns))) ?? forms.at(-1)!
  const rest = Math.max(0, ...parts.map((one) => form(one).length))
  // What tells trials apart stands at the end of their names: the value of an axis, and the seed.
  const width = Math.min(longest, Math.max(leastName, columns - rest - 2))
  const lines = playing.map(({ trial }, index) => {
    return `${cutStart(nameOf(trial), width).padEnd(width)}  ${form(parts[index]!)}`
  })
  return [...lines, overall(pace, now, columns)].map((line) => cutEnd(line, columns))
}

/** Columns that a name keeps, unless it is shorter. */
const leastName = 24

/** What a line says of a trial behind its name. */
interface Parts {
  readonly phase: string
  readonly stage: string
  readonly bar: string
  readonly steps: string
  readonly losses: readonly string[]
  readonly left: string
}

/** From all that there is to the least: steps, the first loss and the time left. */
const forms: readonly ((parts: Parts) => string)[] = [
  ({ phase, stage, bar, steps, losses, left }) =>
    joined(`${phase} ${stage}`.trim(), `${bar} ${steps}`.trim(), ...losses, left),
  ({ phase, steps, losses, left }) => joined(phase, steps, ...losses, left),
  ({ phase, steps, losses, left }) => joined(phase, steps, ...losses.slice(0, 1), left),
  ({ phase, steps, losses, left }) => joined(steps === "" ? phase : steps, ...losses.slice(0, 1), left),
]

const joined = (...parts: readonly string[]) => parts.filter((part) => part !== "").join("  ")

function fits(form: (parts: Parts) => string, parts: Parts, longest: number, columns: number): boolean {
  return Math.min(longest, leastName) + 2 + form(parts).length <= columns
}

function playingParts(pace: Pace, playing: Playing, now: number): Parts {
  const { phase, stage, step, steps } = playing
  if (phase === "starting") return { phase, stage: "", bar: "", steps: "", losses: [], left: "" }
  const filled = Math.round((steps === 0 ? 0 : Math.min(1, step / steps)) * 16)
  const left = trialLeft(pace, playing, now)
  return {
    phase,
    stage: phase === "judging" ? "" : stage,
    bar: `[${"#".repeat(filled)}${".".repeat(16 - filled)}]`,
    steps: `${step}/${steps}`,
    losses: lossTexts(playing.losses),
    left: left === undefined ? "" : `${clock(left)} left`,
  }
}

/** Where the whole run stands, shorter where there is less room. */
export function overall(pace: Pace, now: number, columns = Number.POSITIVE_INFINITY): string {
  const remaining = pace.pending.size + pace.playing.size
  const left = remaining === 0 ? undefined : runLeft(pace, now)
  const rate = remaining === 0 ? undefined : trialsPerHour(pace, now)
  const parts = [
    `${pace.finished} done`,
    pace.diverged === 0 ? "" : `${pace.diverged} of them diverged`,
    `${pace.failed} failed`,
    `${remaining} remaining`,
    rate === undefined ? "" : `${rate.toFixed(rate < 10 ? 1 : 0)} trials an hour`,
    `${clock(now - pace.since)} elapsed`,
    left === undefined ? "" : `about ${clock(left)} left`,
  ]
  const whole = parts.filter((part) => part !== "").join(", ")
  if (whole.length <= columns) return whole
  return parts.filter((part) => part !== "" && !part.endsWith("hour")).join(", ")
}

/** Totals by player where there are any, else the first losses. */
export function lossTexts(losses: Readonly<Record<string, number>>): readonly string[] {
  const entries = Object.entries(losses)
  const totals = entries.filter(([name]) => name.endsWith("/total"))
  return (totals.length === 0 ? entries : totals)
    .slice(0, 2)
    .map(([name, value]) => `${name.replace(/\/total$/, "")} ${value.toPrecision(4)}`)
}

export function nameOf(trial: Trial): string {
  return trial.kind === "arm" ? `${trial.arm} seed ${trial.seed}` : trial.arm
}

/** `0:07`, `12:30`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (n: number) => String(n).padStart(2, "0")
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

function cutEnd(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`
}

function cutStart(text: string, width: number): string {
  const characters = [...text]
  return characters.length <= width ? text : `…${characters.slice(characters.length - width + 1).join("")}`
}
