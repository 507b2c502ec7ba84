import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import type { Json } from "@saddlepoint/core/json"
import { withoutPaths } from "./privacy.ts"
import type { JournalStep } from "./result.ts"

/** A line of `journal.jsonl`. `step` lines are reported values; other events may be added freely. */
export type JournalLine = JournalStep | { readonly event: string; readonly [key: string]: Json }

export interface Journal {
  /** Appends one line. Numbers that are not finite are left out. */
  write(line: JournalLine): void
  /** Writes what is left to the disk. Nothing may be written after it. */
  close(): void
}

/** Opens the append-only journal of an attempt. A line is handed to the system at once, so a killed process loses none. */
export function openJournal(attempt: string): Journal {
  const handle = openSync(join(attempt, "journal.jsonl"), "a")
  let open = true
  return {
    write(line) {
      if (!open) throw new Error("Expected an open journal, but this attempt is finished.")
      writeSync(handle, `${JSON.stringify(withoutPaths(line), finiteOnly)}\n`)
    },
    close() {
      if (!open) return
      open = false
      fsyncSync(handle)
      closeSync(handle)
    },
  }
}

/** The `step` lines of a journal, and how many lines were cut off or damaged. A missing journal is empty. */
export function readJournal(attempt: string): {
  readonly steps: readonly JournalStep[]
  readonly damaged: number
} {
  let text: string
  try {
    text = readFileSync(join(attempt, "journal.jsonl"), "utf8")
  } catch {
    return { steps: [], damaged: 0 }
  }
  const steps: JournalStep[] = []
  let damaged = 0
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue
    try {
      const value: unknown = JSON.parse(line)
      if (isStep(value)) steps.push(value)
    } catch {
      damaged += 1
    }
  }
  return { steps, damaged }
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

function finiteOnly(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? undefined : value
}
