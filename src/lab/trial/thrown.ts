import { Trespass } from "@saddlepoint/core/contracts/dataDoor"
import { Refusal } from "./refusal.ts"

/** What a process says of something that was thrown: its name and the first line of its message. */
export function thrownWords(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return `thrown: ${firstLine(String(thrown))}`
    return `${thrown.name}: ${firstLine(thrown.message)}`
  } catch {
    return "thrown: something that cannot be told in words"
  }
}

const firstLine = (text: string): string => text.split("\n", 1)[0]!.trim()

/** Ends of system calls after which another try may find the file. */
const passing = new Set([
  "EAGAIN",
  "EBUSY",
  "ECONNRESET",
  "EIO",
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "ESTALE",
  "ETIMEDOUT",
])

/**
 * What is thrown for data that cannot be had: a refusal with the dataset's own words, since another try would find the same; unless the
 * system itself could not read just now.
 */
export function asDataRefusal(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof Refusal || thrown instanceof Trespass) return thrown
  if ("code" in thrown && passing.has(String(thrown.code))) return thrown
  // A mistake in a plug-in's own code is told with its name.
  const words = /^(Error|RangeError|InvalidDefinition)$/.test(thrown.name)
    ? firstLine(thrown.message)
    : thrownWords(thrown)
  return new Refusal(`The data cannot be had: ${words}`)
}
