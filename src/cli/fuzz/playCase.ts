import { readdirSync } from "node:fs"
import { sentenceFlaw } from "./sentence.ts"
import type { Case } from "./subject.ts"

/** How a case ended: it can be used, it is refused in sentences, or something is wrong with the program. */
export interface Told {
  readonly kind: string
  readonly end: "used" | "refused" | "flawed"
  /** What is wrong with the program. */
  readonly flaw?: string
  /** Seconds of the processor, whatever else the machine does. */
  readonly seconds: number
}

/** Most sentences that are told of one thing. */
const mostSentences = 50
/** Most seconds of the processor: the largest plan of 100,000 trials takes 8, all else less than one. */
const mostSeconds = 15
/** Most bytes by which one case may raise the most memory that the process has had: the largest image of 16 bits takes 750 MB. */
const mostMemory = 2 ** 30

/**
 * Plays a case and judges its end.
 * @param work a folder in which nothing may be left
 */
export async function playCase(one: Case, work: string): Promise<Told> {
  const warnings: string[] = []
  const warned = (warning: Error) => warnings.push(warning.message)
  process.on("warning", warned)
  const [memory, start] = [process.resourceUsage().maxRSS, process.cpuUsage()]
  const { sentences, thrown } = await ended(one)
  // Warnings are told at the next turn of the loop.
  if (sentences.length === 0) await new Promise(setImmediate)
  process.off("warning", warned)
  const { user, system } = process.cpuUsage(start)
  const seconds = (user + system) / 1e6
  const grown = (process.resourceUsage().maxRSS - memory) * 1024
  const left = readdirSync(work)
  const flaw =
    thrown ??
    flawIn(sentences) ??
    (warnings.length > 0 ? `a warning: ${warnings[0]}` : undefined) ??
    (left.length > 0 ? `it left ${left.slice(0, 3).join(", ")}` : undefined) ??
    (seconds > mostSeconds ? `it took ${seconds.toFixed(1)} s` : undefined) ??
    (grown > mostMemory ? `it took ${Math.round(grown / 2 ** 20)} MiB of memory` : undefined)
  if (flaw !== undefined) return { kind: one.kind, end: "flawed", flaw, seconds }
  return { kind: one.kind, end: sentences.length === 0 ? "used" : "refused", seconds }
}

async function ended(one: Case): Promise<{ sentences: readonly string[]; thrown?: string }> {
  try {
    return { sentences: await one.run() }
  } catch (error) {
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return { sentences: [], thrown: `it throws ${what.slice(0, 300)}` }
  }
}

function flawIn(sentences: readonly string[]): string | undefined {
  if (sentences.length > mostSentences) return `${sentences.length} sentences`
  for (const sentence of sentences) {
    const flaw = sentenceFlaw(sentence)
    if (flaw !== undefined) return `a sentence with ${flaw}: ${JSON.stringify(sentence.slice(0, 200))}`
  }
  return undefined
}
