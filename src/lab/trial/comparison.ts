import type { Json } from "@saddlepoint/core/contracts/json"
import { canonical } from "@saddlepoint/core/declare/canonical"
import type { Weights } from "@saddlepoint/core/play/weights"
import type { Difference, Replay } from "../contracts/replay.ts"

type Numbers = Readonly<Record<string, number>>

/** What one number's difference is measured against. */
export type Scale = (recorded: number) => number

/** Against the number itself: a metric has a scale of its own. */
export const itself: Scale = Math.abs
/** Against the number, or 1 where it is smaller: losses cross zero. */
export const atLeastOne: Scale = (recorded) => Math.max(1, Math.abs(recorded))

/** Collects what a replay gave otherwise than the record has it: the first difference, the largest of each kind, what no number tells. */
export function openComparison() {
  let firstDifference: Difference | null = null
  let digests = 0
  const relative: Record<string, number> = {}
  const unlike = new Set<string>()
  const note = (step: number, name: string, recorded: number | string, replayed: number | string) => {
    firstDifference ??= { step, name, recorded, replayed }
  }
  const measure = (kind: string, gap: number) => {
    // JSON, in which messages travel, knows no infinity.
    relative[kind] = Math.max(relative[kind] ?? 0, Number.isFinite(gap) ? gap : Number.MAX_VALUE)
  }
  const comparison = {
    /** Compares what must be the same text, number or object. */
    exactly(step: number, name: string, recorded: Json | undefined, replayed: Json | undefined) {
      const [before, now] = [shown(recorded), shown(replayed)]
      if (before === now) return
      note(step, name, cut(before), cut(now))
      unlike.add(name)
    },
    /** Compares digests of weights, whose numbers are measured elsewhere. */
    digests(step: number, recorded: string, replayed: string) {
      if (recorded === replayed) return
      note(step, "weights", recorded, replayed)
      digests += 1
    },
    /** Compares numbers of one kind; one that is missing on a side is no number. */
    numbers(step: number, kind: string, recorded: Numbers, replayed: Numbers, scale: Scale) {
      for (const name of new Set([...Object.keys(recorded), ...Object.keys(replayed)])) {
        const [before, now] = [recorded[name], replayed[name]]
        if (before === undefined || now === undefined) {
          note(
            step,
            name,
            before === undefined ? "nothing" : told(before),
            now === undefined ? "nothing" : told(now),
          )
          unlike.add(name)
        } else if (!Object.is(before, now) && before !== now) {
          note(step, name, told(before), told(now))
          measure(kind, Math.abs(before - now) / scale(before))
        }
      }
    },
    /** Compares tensors of one kind, each against its largest recorded value; other names or shapes are no numbers. */
    tensors(step: number, kind: string, recorded: Weights, replayed: Weights) {
      const shapes = (of: Weights) =>
        Object.keys(of)
          .sort()
          .map((name) => `${name} [${of[name]!.shape}]`)
      comparison.exactly(step, `${kind} shapes`, shapes(recorded), shapes(replayed))
      for (const [name, { values }] of Object.entries(recorded)) {
        const others = replayed[name]?.values
        if (others?.length !== values.length) continue
        const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const gap = values.reduce((most, value, at) => Math.max(most, Math.abs(value - others[at]!)), 0)
        if (gap === 0 && values.every((value, at) => Object.is(value, others[at]) || value === others[at]))
          continue
        note(step, `${kind} ${name}`, "other values", "other values")
        measure(kind, gap / largest)
      }
    },
    /** Notes a kept file whose bytes differ, and how far apart they are; undefined where no distance tells. */
    file(step: number, name: string, digests: readonly [recorded: string, replayed: string], gap?: number) {
      note(step, name, ...digests)
      if (gap === undefined) unlike.add(name)
      else measure(name, gap)
    },
    found(): Pick<Replay, "firstDifference" | "relative" | "unlike"> {
      // Other weights show in some number; a digest alone that differs was not taken from any.
      const measured = (relative.losses ?? 0) + (relative.weights ?? 0) > 0
      if (digests > 0 && !measured) unlike.add("weights")
      return { firstDifference, relative, unlike: [...unlike].sort() }
    },
  }
  return comparison
}

export type Comparison = ReturnType<typeof openComparison>

function shown(value: Json | undefined): string {
  if (value === undefined) return "nothing"
  return typeof value === "string" ? value : canonical(value)
}

const cut = (text: string) => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

/** Numbers that JSON does not know travel as text. */
function told(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}
