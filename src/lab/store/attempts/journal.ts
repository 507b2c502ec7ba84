import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import type { Json } from "@saddlepoint/core/contracts/json"
import type { PlayedMoves } from "@saddlepoint/core/play/round"
import type { JournalStep } from "../../contracts/journalStep.ts"
import { errorCode } from "../files/durable.ts"
import { withoutPaths } from "../files/privacy.ts"
import { chainStart, nextLink } from "./hashChain.ts"

/** A line of `journal.jsonl`. `step` lines are reported values; other events may be added freely. */
export type JournalLine = JournalStep | { readonly event: string; readonly [key: string]: Json }

export interface Journal {
  /** Absolute path of the file. */
  readonly file: string
  /** Appends one line. */
  write(line: JournalLine): void
  /** Brings what was written to the disk. */
  sync(): void
  /** Brings what is left to the disk. Nothing may be written after it. */
  close(): void
}

/** At most about so many steps of a trial have a line of their own; the chain covers all of them. */
const mostStepLines = 10_000

/** Every how many steps a line is written. */
export function stepsPerLine(steps: number): number {
  return Math.max(1, Math.ceil(steps / mostStepLines))
}

/** Opens the append-only journal of an attempt. A line is handed to the system at once, so a killed process loses none. */
export function openJournal(attempt: string): Journal {
  const file = join(attempt, "journal.jsonl")
  const handle = openSync(file, "a")
  let open = true
  return {
    file,
    write(line) {
      if (!open) throw new Error("Expected an open journal, but this attempt is finished.")
      const kept = line.event === "step" ? line : withoutPaths(line)
      writeWhole(handle, `${JSON.stringify(kept, nonFiniteAsText)}\n`)
    },
    sync: () => fsyncSync(handle),
    close() {
      if (!open) return
      open = false
      fsyncSync(handle)
      closeSync(handle)
    },
  }
}

/** The system may take only a part of what it is given, when the disk is nearly full. */
function writeWhole(handle: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done)
}

/** What a journal tells of a trial. */
export interface ReadJournal {
  /** In order; losses that were not finite are NaN or infinite. */
  readonly steps: readonly JournalStep[]
  /** Digests of all weights after `step` steps, where checkpoints were written. */
  readonly checkpoints: readonly { readonly step: number; readonly weights: string }[]
  /** How the moves of each stage were played at last, and why not replayed. */
  readonly moves: readonly PlayedMoves[]
  /** Lines that are cut off or damaged. */
  readonly damaged: number
}

/** Reads an attempt's journal. A missing one is empty. */
export function readJournal(attempt: string): ReadJournal {
  let text: string
  try {
    text = readFileSync(join(attempt, "journal.jsonl"), "utf8")
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { steps: [], checkpoints: [], moves: [], damaged: 0 }
    throw error
  }
  const steps: JournalStep[] = []
  const checkpoints: { step: number; weights: string }[] = []
  const moves: PlayedMoves[] = []
  let damaged = 0
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue
    try {
      const value: unknown = JSON.parse(line)
      if (isStep(value)) steps.push({ ...value, losses: numbers(value.losses) })
      else if (isCheckpoint(value)) checkpoints.push(value)
      else moves.push(...movesOf(value))
    } catch {
      damaged += 1
    }
  }
  return { steps, checkpoints, moves, damaged }
}

/** Where a journal stops agreeing with its own hash chain. */
export interface BrokenLink {
  readonly step: number
  /** The link that the journal holds, and the one that its losses give. */
  readonly recorded: string
  readonly computed: string
}

/**
 * The first broken link of a journal, or undefined where it agrees with its hash chain. Where only every few steps have
 * a line, a link can be computed for the first of them alone; a replay compares the others.
 */
export function brokenLink(steps: readonly JournalStep[]): BrokenLink | undefined {
  let link = chainStart
  let next = 0
  for (const { stage, step, losses, chain = "none" } of steps) {
    const computed = step === next ? nextLink(link, stage, step, losses) : chain
    if (chain === "none" || step < next || chain !== computed) return { step, recorded: chain, computed }
    link = chain
    next = step + 1
  }
  return undefined
}

/** The step that a line tells of; undefined for other lines, and for those that are cut off or damaged. */
export function stepIn(line: string): JournalStep | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isStep(value) ? { ...value, losses: numbers(value.losses) } : undefined
  } catch {
    return undefined
  }
}

function isStep(value: unknown): value is JournalStep {
  if (typeof value !== "object" || value === null) return false
  const { event, stage, step, seconds, losses } = value as Record<string, unknown>
  return (
    event === "step" &&
    typeof stage === "string" &&
    typeof step === "number" &&
    typeof seconds === "number" &&
    typeof losses === "object" &&
    losses !== null
  )
}

function isCheckpoint(value: unknown): value is { readonly step: number; readonly weights: string } {
  if (typeof value !== "object" || value === null) return false
  const { event, step, weights } = value as Record<string, unknown>
  return event === "checkpoint" && typeof step === "number" && typeof weights === "string"
}

/** What a line `moves` tells; moves were `turns` in journals of earlier versions. */
function movesOf(value: unknown): readonly PlayedMoves[] {
  if (typeof value !== "object" || value === null) return []
  const { event, stage, moves, turns, mode, reason } = value as Record<string, unknown>
  const names = event === "moves" ? moves : event === "turns" ? turns : undefined
  if (!Array.isArray(names)) return []
  return [{ stage, moves: names, mode, reason } as PlayedMoves]
}

/** JSON knows no NaN: such values are written as text. */
function nonFiniteAsText(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value
}

/** Losses as numbers; nearly all are written as such, and stay as they were parsed. */
function numbers(losses: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  if (areNumbers(losses)) return losses
  return Object.fromEntries(Object.entries(losses).map(([name, value]) => [name, Number(value)]))
}

function areNumbers(losses: Readonly<Record<string, unknown>>): losses is Readonly<Record<string, number>> {
  for (const name in losses) if (typeof losses[name] !== "number") return false
  return true
}
