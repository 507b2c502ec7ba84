import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Stream } from "@saddlepoint/engine/random"
import { experimentAlterations } from "../store/reading/experimentAlterations.ts"
import type { Closeness } from "../store/reading/resultAlterations.ts"
import { trialAlterations } from "../store/reading/trialAlterations.ts"
import { readTrial } from "../store/trials/trialRecord.ts"
import { knownSchema } from "../store/upkeep/storeSchema.ts"

/** What became of edits of single bytes, each undone before the next. */
export interface Edits {
  readonly edits: number
  /** Named by `report`, `collect` and `status` as they are. */
  readonly named: number
  /** Named with `--check` alone: in files of more than 64 KiB and in checkpoints. */
  readonly checked: number
  /** Not named, in a byte that nothing reads: how many, by where. */
  readonly unread: Readonly<Record<string, number>>
  /** Not named, though something reads the file: paths within the store, with the place. None may be. */
  readonly missed: readonly string[]
}

/**
 * Bytes that no command draws anything from once a trial is finished, by the paths in which they lie; of `store.json` only
 * edits that leave it a store of this or an earlier schema, which is brought up to date again.
 */
const unreadPlaces: readonly (readonly [place: string, path: RegExp])[] = [
  ["leases of attempts that have ended", /\/attempts\/\d+\/lease\.json$/],
  ["spaces and an earlier number in store.json", /^store\.json$/],
  ["the cache, which is sealed or, by verify, not believed", /^cache\//],
  ["prices and footprints, which are estimates", /^(?:[^/]+\/prices|footprints)\.json$/],
  ["reports, which are written anew", /^[^/]+\/reports\//],
]

/** Edits so many bytes of a run store, in files drawn alike: another byte, one less or one more. The store ends as it was. */
export function editBytes(store: string, draw: Stream, count: number): Edits {
  const files = filesBelow(store, "").filter((path) => lstatSync(join(store, path)).size > 0)
  const edits = {
    edits: 0,
    named: 0,
    checked: 0,
    unread: {} as Record<string, number>,
    missed: [] as string[],
  }
  while (edits.edits < count) {
    const path = files[draw.integer(files.length)]!
    const file = join(store, path)
    const before = readFileSync(file)
    const at = draw.integer(before.length)
    const way = draw.integer(8)
    const byte = way < 2 ? draw.integer(256) : before[at]! ^ (1 + draw.integer(255))
    const [kept, put] = [before.subarray(way === 0 ? at : at + 1), way === 1 ? [] : [byte]]
    const after = Buffer.concat([before.subarray(0, at), Buffer.from(put), kept])
    if (after.equals(before)) continue
    edits.edits += 1
    // In place, so that a file with two names stays one.
    writeFileSync(file, after)
    const place = placeOf(files, path)
    if (isNamed(store, path, "small")) edits.named += 1
    else if (isNamed(store, path, "all")) edits.checked += 1
    else if (place === undefined) edits.missed.push(`${path} at byte ${at}`)
    else edits.unread[place] = (edits.unread[place] ?? 0) + 1
    writeFileSync(file, before)
  }
  return edits
}

/** Whether reading the part of the store in which a file lies names anything. */
function isNamed(store: string, path: string, closeness: Closeness): boolean {
  try {
    knownSchema(store)
  } catch {
    return true
  }
  const [experiment, room, trial] = path.split("/")
  if (experiment === undefined || room === undefined) return false
  const found =
    room === "trials" && trial !== undefined
      ? trialAlterations(readTrial(store, experiment, trial), closeness)
      : experimentAlterations(store, experiment, closeness)
  return found.length > 0
}

/** Where bytes lie that nothing reads; undefined where something does. */
function placeOf(files: readonly string[], path: string): string | undefined {
  const attempt = /^.*\/attempts\/\d+\//.exec(path)?.[0]
  const ends = ["result.json", "judged.json"]
  const isUnfinished = attempt !== undefined && !ends.some((name) => files.includes(`${attempt}${name}`))
  if (isUnfinished && (path.endsWith("/journal.jsonl") || path.includes("/artifacts/"))) {
    return "journals and artifacts of attempts without a result, which a resumption checks by itself"
  }
  return unreadPlaces.find(([, pattern]) => pattern.test(path))?.[0]
}

function filesBelow(folder: string, path: string): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true })
    .flatMap((entry) => {
      const inner = path === "" ? entry.name : `${path}/${entry.name}`
      return entry.isDirectory() ? filesBelow(folder, inner) : [inner]
    })
    .sort()
}
