import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Choice } from "@saddlepoint/core/declare/choice"
import { experimentFolder } from "../files/layout.ts"
import { readSealed, writeSealed } from "../files/sealed.ts"

/** The number that is written, and from which on the file is sealed. */
export const choiceSchema = 2

function choiceFile(store: string, search: string): string {
  return join(experimentFolder(store, search), "choice.json")
}

/** Whether a name of the run store is a search's that has chosen. */
export function hasChoice(store: string, search: string): boolean {
  return existsSync(choiceFile(store, search))
}

/** What a search chose, or undefined where it has not yet. */
export function readChoice(store: string, search: string): Choice | undefined {
  const file = choiceFile(store, search)
  if (!existsSync(file)) return undefined
  const read = readSealed(file, choiceSchema)
  if (typeof read === "string" || typeof read.value.hash !== "string") {
    throw new Error(
      `Expected what the search ${search} chose, but its choice.json is damaged or was changed; search again with --replace.`,
    )
  }
  return read.value as unknown as Choice
}

/** Freezes what a search chose; an earlier choice is replaced. */
export function keepChoice(store: string, choice: Choice): void {
  writeSealed(choiceFile(store, choice.search), choice)
}
