import { createHash, randomUUID } from "node:crypto"
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import sharp from "sharp"
import { decodeOpen } from "./decodeUpright.ts"
import { eachOf } from "./eachOf.ts"
import { identityDigest } from "./identityDigest.ts"
import { imageSource, wholeRange } from "./imageSource.ts"
import { mendedImage } from "./mendedImage.ts"
import { isOpaque, reasonOf } from "./readImage.ts"

/** What was seen of an image when all of it was decoded, whatever a dataset then makes of it. */
export interface ImageLook {
  /** SHA-256 of its bytes; empty where it cannot be opened. */
  readonly hash: string
  /** Upright; 0 where it cannot be decoded. */
  readonly height: number
  readonly width: number
  readonly grey: boolean
  /** Whether there are pixels that let something through. */
  readonly transparent: boolean
  /** Of images of 16 bits the largest value of a colour. */
  readonly most?: number
  /** Why it cannot be decoded, in a few words. */
  readonly mistake?: string
  /** What is wrong with it although it can be decoded, in a few words. */
  readonly warning?: string
}

type Looked = Omit<ImageLook, "hash">
type Known = Map<string, Looked>

/** Raise it when an image would be seen as another one. */
const version = 1

/** What this process saw, by the SHA-256 of the bytes. */
const seen: Known = new Map()

/**
 * Decodes images whole, a few at a time, so that damage behind the header shows as well. What was seen of bytes is seen once: it is kept
 * in memory, and in a file in `cache` where one is given.
 *
 * @returns in the order of the paths
 */
export async function lookAtImages(paths: readonly string[], cache?: string): Promise<readonly ImageLook[]> {
  const file =
    cache === undefined
      ? undefined
      : join(cache, `images-${identityDigest([version, sharp.versions]).slice(0, 16)}.json`)
  const kept = file === undefined ? new Map<string, Looked>() : await readKept(file)
  const before = kept.size
  const first = await eachOf(paths, async (path): Promise<ImageLook | "undecoded"> => {
    const read = await readHashed(path)
    if ("mistake" in read) return read
    const remembered = seen.get(read.hash) ?? kept.get(read.hash)
    if (remembered !== undefined) return known(read.hash, remembered)
    const looked = await lookAt(read.bytes)
    return looked.mistake === undefined ? known(read.hash, looked) : "undecoded"
  })
  // The decoder has one place for its reasons: of images that are decoded side by side they may be each other's.
  const looks: ImageLook[] = []
  for (const [at, look] of first.entries()) {
    if (look !== "undecoded") looks.push(look)
    else {
      const read = await readHashed(paths[at]!)
      looks.push("mistake" in read ? read : known(read.hash, await lookAt(read.bytes)))
    }
  }
  if (file !== undefined && kept.size > before) await keep(file, kept)
  return looks

  function known(hash: string, looked: Looked): ImageLook {
    seen.set(hash, looked)
    kept.set(hash, looked)
    return { hash, ...looked }
  }
}

/** The same by their paths. */
export async function looksByPath(
  paths: readonly string[],
  cache?: string,
): Promise<ReadonlyMap<string, ImageLook>> {
  const looks = await lookAtImages(paths, cache)
  return new Map(paths.map((path, at) => [path, looks[at]!]))
}

async function readHashed(
  path: string,
): Promise<
  { readonly bytes: Uint8Array; readonly hash: string } | (ImageLook & { readonly mistake: string })
> {
  try {
    const bytes = await readFile(path)
    return { bytes, hash: createHash("sha256").update(bytes).digest("hex") }
  } catch (cause) {
    return { ...undecoded, hash: "", mistake: reasonOf(cause) }
  }
}

const undecoded: Looked = { height: 0, width: 0, grey: false, transparent: false }

async function lookAt(file: Uint8Array): Promise<Looked> {
  try {
    const { made, warning } = await mendedImage(file, async (bytes, failOn): Promise<Looked> => {
      const { open, deep } = await imageSource(bytes, failOn, wholeRange)
      const image = await decodeOpen(open, failOn)
      const { height, width, channels } = image
      const transparent = !isOpaque(image)
      return { height, width, grey: channels < 3, transparent, ...(deep && { most: mostOf(deep, channels) }) }
    })
    return warning === undefined ? made : { ...made, warning }
  } catch (cause) {
    return { ...undecoded, mistake: reasonOf(cause) }
  }
}

/** The largest value that is none of opacity. */
function mostOf(values: Uint16Array, channels: number): number {
  let most = 0
  for (const [at, value] of values.entries()) {
    if (value > most && (channels % 2 === 1 || at % channels !== channels - 1)) most = value
  }
  return most
}

async function readKept(file: string): Promise<Known> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(file, "utf8")) as Record<string, Looked>))
  } catch {
    return new Map()
  }
}

/** Whoever keeps last decides what is kept; what others had is seen again. A cache that cannot be written helps nobody and hurts nobody. */
async function keep(file: string, known: Known): Promise<void> {
  const draft = `${file}.${randomUUID()}.draft`
  try {
    await mkdir(join(file, ".."), { recursive: true })
    await writeFile(draft, JSON.stringify(Object.fromEntries(known)))
    await rename(draft, file)
  } catch {
    await rm(draft, { force: true }).catch(() => {})
  }
}
