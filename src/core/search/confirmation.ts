import { isObject, type Json, type JsonObject } from "../contracts/json.ts"
import { InvalidDefinition, type Mistake } from "../contracts/mistake.ts"
import { quoted } from "../contracts/neutral.ts"
import { contentHash } from "../declare/canonical.ts"
import { decodeDefinition, type Experiment, type Reading } from "../declare/decode/decode.ts"
import { type PluginMap, shown } from "../declare/definition.ts"
import { configured, decodeSearch, readPhase, type Search } from "./search.ts"

const keys = ["phase", "of", "name", "question", "seeds", "compare", "budget", "metrics"]

/**
 * Reads a confirmation: the arms of a search with the frozen choice in the places of their tunables, on seeds that the
 * search did not see.
 * @param reading `choiceOf` gives what the run store holds
 * @throws InvalidDefinition with every mistake that was found; a choice that is not there yet is one
 */
export function decodeConfirmation(given: Json, plugins: PluginMap, reading: Reading = {}): Experiment {
  const mistakes: Mistake[] = []
  const json = readPhase(given, "confirm", plugins, reading, mistakes)
  for (const key of Object.keys(json).filter((name) => !keys.includes(name))) {
    mistakes.push({ path: [key], message: `expected no ${quoted(key)} in a confirmation; remove it` })
  }
  if (mistakes.length > 0) throw new InvalidDefinition(mistakes)
  const search = decodeSearch(json.of ?? null, plugins, readingOf(json.of, reading))
  const choice = reading.choiceOf?.(search.name)
  if (choice === undefined) {
    throw wrong(
      ["of"],
      `the search "${search.name}" has not chosen yet; run \`saddlepoint search\` on this file first`,
    )
  }
  if (choice.hash !== search.hash) {
    const what = `the choice in the run store was made by another definition of the search "${search.name}"`
    throw wrong(["of"], `${what}; run \`saddlepoint search\` with --replace`)
  }
  const { arms, metrics, budget } = search.json
  const chosen = Object.entries(isObject(arms) ? arms : {}).map(([key, arm]) => [
    key,
    configured(arm, choice.arms[key]?.configuration ?? {}),
  ])
  const written = {
    name: json.name,
    question: json.question,
    arms: Object.fromEntries(chosen),
    metrics: json.metrics ?? metrics,
    compare: json.compare,
    seeds: json.seeds,
    budget: json.budget ?? budget,
  }
  const whole = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined))
  const experiment = decodeDefinition(whole as JsonObject, plugins)
  const seen = experiment.seeds.filter((seed) => choice.seeds.includes(seed))
  if (seen.length > 0) {
    throw wrong(
      ["seeds"],
      `expected seeds that the search did not use but got ${seen.join(", ")}: what was chosen on a seed looks good on it`,
    )
  }
  const definition = { ...experiment.definition, confirms: search.hash }
  const { profile } = reading
  return {
    ...experiment,
    ...(profile === undefined ? {} : { profile }),
    tuning: choice,
    definition,
    hash: contentHash(definition),
  }
}

/** The search that a definition is, or that a confirmation rests on. */
export function searchIn(given: Json, plugins: PluginMap, reading: Reading = {}): Search {
  const phase = isObject(given) ? given.phase : undefined
  if (phase === "search") return decodeSearch(given, plugins, reading)
  if (phase === "confirm") {
    const json = readPhase(given, "confirm", plugins, reading, [])
    return decodeSearch(json.of ?? null, plugins, readingOf(json.of, reading))
  }
  throw wrong(
    [],
    `expected a search, as search() gives it, but got ${shown(given)}; play it with \`saddlepoint run\``,
  )
}

/** The search of a confirmation is read with the profile of the same name, where it has one. */
function readingOf(of: Json | undefined, { profile }: Reading): Reading {
  const profiles = isObject(of) && isObject(of.profiles) ? of.profiles : {}
  return profile !== undefined && Object.hasOwn(profiles, profile) ? { profile } : {}
}

function wrong(path: Mistake["path"], message: string): InvalidDefinition {
  return new InvalidDefinition([{ path, message }])
}
