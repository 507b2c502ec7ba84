import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { writeFailure } from "../attempts/failure.ts"
import { readManifest } from "../attempts/manifest.ts"
import { listFolder, readJson, writeJson } from "../files/durable.ts"
import { attemptFolder, experimentsOf, trialFolder, trialsFolder } from "../files/layout.ts"

/** The schema of run stores that this code writes. */
export const storeSchema = 4

/** Step `n` brings a store of schema n + 1 to n + 2. Each may be done twice, and by two processes at once. */
const migrations: readonly ((store: string) => void)[] = [endOldAttempts, sealFromNowOn, judgeApartFromNowOn]

/**
 * Makes a run store ready to be written: a new one gets its `store.json`, an old one is brought up to date.
 * @throws RangeError in one sentence when a newer Saddlepoint wrote it, or its `store.json` is damaged
 */
export function openStore(store: string): void {
  const found = knownSchema(store)
  if (found === storeSchema) return
  mkdirSync(store, { recursive: true })
  for (const migrate of migrations.slice(found - 1)) migrate(store)
  writeJson(join(store, "store.json"), { schema: storeSchema })
}

/**
 * The schema of a run store that this code can read.
 * @throws RangeError in one sentence when a newer Saddlepoint wrote it, or its `store.json` is damaged
 */
export function knownSchema(store: string): number {
  const found = schemaOf(store)
  if (found <= storeSchema) return found
  throw new RangeError(
    `Expected a run store of schema ${storeSchema} or older at ${store}, but it is of schema ${found}; use the newer version of Saddlepoint that made it, or another --store.`,
  )
}

/**
 * The schema of a run store: 1 where there is no `store.json`, as in the first stores, or no store yet.
 * @throws RangeError when `store.json` is damaged
 */
export function schemaOf(store: string): number {
  const read = readJson(join(store, "store.json"))
  if (read === "absent") return 1
  const schema = read === "broken" ? undefined : read.value.schema
  if (typeof schema === "number" && Number.isInteger(schema) && schema >= 1) return schema
  throw new RangeError(
    `Expected ${join(store, "store.json")} to hold {"schema": ${storeSchema}}, but it is damaged; write that, or restore it from a copy.`,
  )
}

/**
 * 1 -> 2: attempts have leases. One that was cut off before it could say how it ended has none, so it is given an end, lest
 * everybody waits for its lease. Attempts of schema 2 are left alone: their maker may be at work.
 */
function endOldAttempts(store: string): void {
  for (const experiment of experimentsOf(store)) {
    for (const trial of listFolder(trialsFolder(store, experiment))) {
      for (const number of listFolder(join(trialFolder(store, experiment, trial), "attempts"))) {
        if (!/^[1-9]\d*$/.test(number)) continue
        const folder = attemptFolder(store, experiment, trial, Number(number))
        if (["lease.json", "result.json", "failure.json"].some((name) => existsSync(join(folder, name))))
          continue
        const manifest = readManifest(folder)
        if (manifest?.schema !== 1) continue
        writeFailure(folder, {
          schema: 1,
          trial,
          attempt: Number(number),
          execution: manifest.execution,
          class: "preempted",
          exitCode: null,
          signal: null,
          lastLines: [],
          sentence:
            "The attempt was cut off before it could say how it ended; an earlier Saddlepoint made it.",
        })
      }
    }
  }
}

/**
 * 2 -> 3: results and other records vouch for themselves and their files. Those that are there stay as they are, and are told as
 * such; the number keeps earlier versions, which would take the new ones for damaged, from playing them again.
 */
function sealFromNowOn(): void {}

/**
 * 3 -> 4: what metrics found stands in evaluations beside the results, and trials have other ids. Results that are there keep theirs, with
 * their values, and are read; the number keeps earlier versions from taking new results for damaged ones.
 */
function judgeApartFromNowOn(): void {}
