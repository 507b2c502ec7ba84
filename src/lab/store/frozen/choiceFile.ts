import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Choice } from "@saddlepoint/core/declare/choice"
import { readJson, writeJson } from "../files/durable.ts"
import { experimentFolder } from "../files/layout.ts"

function choiceFile(store: string, search: string): string {
  return join(experimentFolder(store, search), "choice.json")
}

/** What a search chose, or undefined where it has not yet. */
export function readChoice(store: string, search: string): Choice | undefined {
  const file = choiceFile(store, search)
  if (!existsSync(file)) return undefined
  const read = readJson(file)
  if (typeof read === "string" || read.value.schema !== 1 || typeof read.value.hash !== "string") {
    throw new Error(
      `Expected what the search ${search} chose, but its choice.json is damaged; search again with --replace.`,
    )
  }
  return read.value as unknown as Choice
}

/** Freezes what a search chose; an earlier choice is replaced. */
export function keepChoice(store: string, choice: Choice): void {
  writeJson(choiceFile(store, choice.search), choice)
}
