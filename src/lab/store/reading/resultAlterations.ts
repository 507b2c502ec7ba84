import { statSync } from "node:fs"
import { join, relative } from "node:path"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import type { Difference } from "../../contracts/replay.ts"
import type { FileFacts, TrialResult } from "../../contracts/result.ts"
import { brokenLink, readJournal } from "../attempts/journal.ts"
import { readManifest } from "../attempts/manifest.ts"
import { fileDigest, isSameFile } from "../files/durable.ts"
import type { PublishedResult } from "../trials/trialRecord.ts"

/** A file of a run store that is not as it was written. */
export interface Alteration {
  /** Relative to the trial's folder, or to the experiment's where it is no trial's. */
  readonly file: string
  /** One sentence: what does not fit. */
  readonly sentence: string
  /** Where a journal leaves its own hash chain. */
  readonly difference?: Difference
}

/**
 * How closely files are looked at. `small`: the sizes of all, the digests of those of at most 64 KiB. `all`: every byte, and
 * whether the journal agrees with its hash chain and the manifest with the trial's id.
 */
export type Closeness = "small" | "all"

const smallBytes = 2 ** 16

/**
 * How the record of a published result contradicts itself; needs nothing but its files. The result's own digest fits, or it
 * would not have been read; of results of schema 1, which have none, only what they vouch for is looked at.
 */
export function resultAlterations(published: PublishedResult, closeness: Closeness): Alteration[] {
  const { result, attempt, home, folder } = published
  const place = relative(home, folder).replaceAll("\\", "/")
  const found: Alteration[] = []
  const add = (name: string, what: string, difference?: Difference) => {
    const file = `${place}/${name}`
    found.push({ file, sentence: `${file} ${what}.`, ...(difference === undefined ? {} : { difference }) })
  }
  if (!isSameFile(join(folder, "result.json"), join(home, published.file))) {
    add("result.json", `is not the result that ${published.file} publishes`)
  }
  for (const [name, facts] of Object.entries(vouchedFor(result))) {
    const what = misfit(join(folder, name), facts, closeness)
    const link = name === "journal.jsonl" && closeness === "all" ? brokenChain(published) : undefined
    if (link !== undefined) {
      add(name, `was changed after it was written: its hash chain breaks at step ${link.step}`, link)
    } else if (what !== undefined) add(name, what)
  }
  const { files } = result
  if (files !== undefined) {
    for (const name of ["manifest.json", "journal.jsonl", ...Object.values(result.artifacts)]) {
      if (files[name] === undefined) add(name, "belongs to the result, which does not vouch for it")
    }
  }
  if (closeness === "small" || found.some(({ file }) => file === `${place}/manifest.json`)) return found
  const manifest = readManifest(folder)
  if (manifest === undefined) add("manifest.json", "is missing, cut off or not as it was written")
  else if (manifest.trial !== result.trial || manifest.attempt !== attempt) {
    add("manifest.json", `is that of the trial ${manifest.trial}, attempt ${manifest.attempt}`)
  } else if (result.schema > 1 && manifest.preimageWithoutPaths === undefined) {
    const id = contentHash(manifest.preimage).slice(0, 16)
    if (id !== result.trial) add("manifest.json", `describes the trial ${id}`)
  }
  return found
}

/** The files that a result vouches for; of schema 1 the digests of two. */
function vouchedFor({
  files,
  journalSha256,
  manifestSha256,
}: TrialResult): Record<string, Partial<FileFacts>> {
  if (files !== undefined) return { ...files }
  return {
    "manifest.json": manifestSha256 === undefined ? {} : { sha256: manifestSha256 },
    "journal.jsonl": journalSha256 === undefined ? {} : { sha256: journalSha256 },
  }
}

/** How a file differs from what it was; undefined where it does not. */
export function misfit(
  file: string,
  { bytes, sha256 }: Partial<FileFacts>,
  closeness: Closeness,
): string | undefined {
  const about = statSync(file, { throwIfNoEntry: false })
  if (about?.isFile() !== true) return "is missing"
  if (bytes !== undefined && about.size !== bytes) {
    return `was changed after it was written: it has ${about.size} bytes and had ${bytes}`
  }
  const looks = closeness === "all" || about.size <= smallBytes
  if (sha256 === undefined || !looks || fileDigest(file) === sha256) return undefined
  return "was changed after it was written: its digest is not the one in the result"
}

/** Where the journal leaves its hash chain, which those of the first results do not have. */
function brokenChain({ folder, result }: PublishedResult): Difference | undefined {
  if (result.files === undefined && result.journalSha256 === undefined) return undefined
  const link = brokenLink(readJournal(folder).steps)
  if (link === undefined) return undefined
  return { step: link.step, name: "hash chain", recorded: link.recorded, replayed: link.computed }
}
