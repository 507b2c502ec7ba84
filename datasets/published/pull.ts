import { createHash, randomUUID } from "node:crypto"
import { createReadStream } from "node:fs"
import { mkdir, open, rename, rm, stat } from "node:fs/promises"
import { dirname, join, resolve } from "node:path"
import type { KnownFile, KnownForm, KnownSet } from "./knownSet.ts"

/** What became of one file. */
export interface PulledFile {
  readonly file: string
  /** `kept` where the published file was there already. */
  readonly outcome: "kept" | "pulled"
}

export interface PullOptions {
  /** A folder or an address to take files from, in place of all mirrors. */
  readonly from?: string
  /** Addresses by set, in place of the set's own mirrors. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>
  /** Milliseconds without a byte after which a mirror is given up; a minute where left out. */
  readonly patience?: number
  /** Told of every file before it is looked for. */
  readonly say?: (sentence: string) => void
}

/**
 * Brings a published set into a folder. A file whose length and SHA-256 are the published ones is left alone; any other is
 * written beside its place, checked, and only then renamed, so that a broken pull leaves nothing wrong and can be repeated:
 * files that arrived are kept.
 *
 * @throws one sentence, with what each place answered, where a file cannot be had from any
 */
export async function pull(
  set: KnownSet,
  folder: string,
  options: PullOptions = {},
): Promise<readonly PulledFile[]> {
  for (const form of set.forms) {
    if ((await verify(form, folder)).every((state) => state === "published")) {
      return form.files.map(({ name }) => ({ file: name, outcome: "kept" }))
    }
  }
  const answers: string[] = []
  for (const form of set.forms) {
    const places = placesOf(set, form, options)
    if (places.length === 0) continue
    try {
      return await pullForm(form, places, folder, options)
    } catch (cause) {
      if (!(cause instanceof Unavailable)) throw cause
      answers.push(cause.message)
    }
  }
  throw new Error(
    `Expected the files of ${set.name} from a mirror or a folder, but ${answers.join("; ") || "it has no mirror"}; name a ` +
      `place that holds them with --from, or put them into ${folder}.`,
  )
}

/** How a known file stands in a folder. */
export type FileState = "published" | "other" | "missing"

/** How the files of a form stand in a folder: `other` has another length or SHA-256 than the published file. */
export async function verify(form: KnownForm, folder: string): Promise<readonly FileState[]> {
  const states: FileState[] = []
  for (const file of form.files) {
    const path = join(folder, file.name)
    const about = await stat(path).catch(() => undefined)
    if (!about?.isFile()) states.push("missing")
    else if (about.size !== file.bytes) states.push("other")
    else {
      const hash = createHash("sha256")
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
      states.push(hash.digest("hex") === file.sha256 ? "published" : "other")
    }
  }
  return states
}

/** A file that none of the places gave. */
class Unavailable extends Error {}

function isAddress(place: string): boolean {
  return /^https?:\/\//.test(place)
}

function placesOf(set: KnownSet, form: KnownForm, { from, mirrors }: PullOptions): readonly string[] {
  // Sets below one folder or address may lie in it by name.
  if (from !== undefined) return isAddress(from) ? [from] : [resolve(from), resolve(from, set.name)]
  return mirrors?.[set.name] ?? form.mirrors
}

async function pullForm(
  form: KnownForm,
  places: readonly string[],
  folder: string,
  options: PullOptions,
): Promise<readonly PulledFile[]> {
  const states = await verify(form, folder)
  const pulled: PulledFile[] = []
  for (const [at, file] of form.files.entries()) {
    if (states[at] === "published") pulled.push({ file: file.name, outcome: "kept" })
    else {
      options.say?.(`Pulling ${file.name}, ${file.bytes} bytes.`)
      await pullFile(file, places, join(folder, file.name), options.patience ?? 60_000)
      pulled.push({ file: file.name, outcome: "pulled" })
    }
  }
  return pulled
}

async function pullFile(
  file: KnownFile,
  places: readonly string[],
  path: string,
  patience: number,
): Promise<void> {
  const answers: string[] = []
  await mkdir(dirname(path), { recursive: true })
  for (const place of places) {
    const draft = `${path}.${randomUUID()}.part`
    try {
      await write(draft, file, place, patience)
      await rename(draft, path)
      return
    } catch (cause) {
      await rm(draft, { force: true })
      if (!(cause instanceof Unavailable)) throw cause
      answers.push(cause.message)
    }
  }
  throw new Unavailable(answers.join("; "))
}

/** Writes a file from one place, counting and hashing what comes; never more than the published file's length. */
async function write(draft: string, file: KnownFile, place: string, patience: number): Promise<void> {
  const source = isAddress(place) ? `${place.replace(/\/*$/, "/")}${file.name}` : join(place, file.name)
  const hash = createHash("sha256")
  let length = 0
  const handle = await open(draft, "wx")
  const chunks = isAddress(place) ? download(source, patience) : createReadStream(source)
  const incoming = chunks[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  try {
    for (;;) {
      // Only what the place does is its answer; an error of our own disk is not.
      const next = await incoming.next().catch((cause: Error) => {
        throw new Unavailable(`${source} cannot be read (${reason(cause)})`)
      })
      if (next.done) break
      length += next.value.length
      if (length > file.bytes) {
        throw new Unavailable(`${source} is longer than the published ${file.bytes} bytes`)
      }
      hash.update(next.value)
      await handle.writeFile(next.value)
    }
    if (length < file.bytes) {
      throw new Unavailable(`${source} ended after ${length} of ${file.bytes} bytes`)
    }
    const digest = hash.digest("hex")
    if (digest !== file.sha256) {
      throw new Unavailable(`${source} has the SHA-256 ${digest} instead of ${file.sha256}`)
    }
    await handle.sync()
  } finally {
    await handle.close()
    await incoming.return?.()
  }
}

/** The bytes at an address; gives up when none comes for `patience` milliseconds. */
async function* download(address: string, patience: number): AsyncGenerator<Uint8Array> {
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(() => stop.abort(new Error(`no byte came for ${patience} ms`)), patience)
  }
  try {
    wait()
    const response = await fetch(address, { signal: stop.signal })
    if (!response.ok || response.body === null) throw new Error(`it answers ${response.status}`)
    for await (const chunk of response.body) {
      wait()
      yield chunk
    }
  } finally {
    clearTimeout(timer)
    stop.abort()
  }
}

/** Why it failed, in a few words; `fetch` hides the reason in a cause. */
function reason(error: Error): string {
  const { cause } = error
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message
}
