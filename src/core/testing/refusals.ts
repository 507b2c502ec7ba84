import { InvalidDefinition, sentence } from "../contracts/mistake.ts"

/** What a reading finds wrong with a definition, as sentences; none where it reads it. Any other error comes through. */
export function refusals(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof InvalidDefinition) return error.mistakes.map(sentence)
    throw error
  }
  return []
}
