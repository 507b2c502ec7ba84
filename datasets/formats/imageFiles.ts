import { createHash } from "node:crypto"
import { readdir, readFile, stat } from "node:fs/promises"
import { basename, extname, join } from "node:path"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import sharp, { type Metadata, type OutputInfo } from "sharp"

/** Endings of the files that count as images; everything else in a folder is left alone. */
export const imageEndings: readonly string[] = [".jpg", ".jpeg", ".png", ".webp"]

/** An image that is not a side-by-side pair. */
export class BadPair extends Data.TaggedError("BadPair")<{ readonly path: string; readonly why: string }> {
  override get message(): string {
    return `${this.path}: ${this.why}`
  }
}

/** The halves of a side-by-side pair, RGB bytes `[side, side, 3]` each. */
export interface Halves {
  readonly left: Uint8Array
  readonly right: Uint8Array
  readonly side: number
}

/** Paths of the images directly in a folder, by name in the order of code units; undefined where there is no folder. */
export async function imagesIn(folder: string): Promise<readonly string[] | undefined> {
  const about = await stat(folder).catch(() => undefined)
  if (!about?.isDirectory()) return undefined
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .filter((name) => imageEndings.includes(extname(name).toLowerCase()))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(folder, name))
}

/** SHA-256 of each file's bytes, in hexadecimal, in the order of the paths. */
export function contentHashes(paths: readonly string[]): Promise<readonly string[]> {
  return eachOf(paths, async (path) =>
    createHash("sha256")
      .update(await readFile(path))
      .digest("hex"),
  )
}

/** How many sentences about single images are worth reading. */
const shownMistakes = 5

/** Sentences about images whose headers show that they are no side-by-side RGB pairs. Pixels are not decoded. */
export async function badPairs(paths: readonly string[]): Promise<readonly string[]> {
  const found = await eachOf(paths, (path) =>
    headerMistake(path).then((why) => (why ? new BadPair({ path, why }).message : [])),
  )
  const sentences = found.flat()
  if (sentences.length <= shownMistakes) return sentences
  const others = sentences.length - shownMistakes
  return [...sentences.slice(0, shownMistakes), `${others} more images in the same folder cannot be used.`]
}

async function headerMistake(path: string): Promise<string | undefined> {
  let about: Metadata
  try {
    about = await sharp(path).metadata()
  } catch (cause) {
    return undecodable(cause)
  }
  const { width, height } = about.autoOrient
  if (about.hasAlpha) {
    return "expected an RGB image, but it has transparency; flatten it onto a background and save it again."
  }
  if (about.channels !== 3 || about.space === "cmyk") {
    const came = about.channels === 1 ? "grey (1 channel)" : `${about.space} (${about.channels} channels)`
    return `expected an RGB image, but it is ${came}; convert it to RGB and save it again.`
  }
  if (width !== 2 * height) {
    return `expected an image twice as wide as high (two squares side by side), but it is ${width} x ${height} pixels.`
  }
  return undefined
}

function undecodable(cause: unknown): string {
  const detail = (cause instanceof Error ? cause.message : String(cause)).split("\n")[0]!.trim()
  return `expected a readable image, but decoding fails (${detail}); replace the file or take it out of the folder.`
}

/**
 * Decodes a side-by-side pair, turned upright as its EXIF orientation says.
 * @throws BadPair with one sentence for images that are no such pair
 */
export async function readHalves(path: string): Promise<Halves> {
  const why = await headerMistake(path)
  if (why) throw new BadPair({ path, why })
  let decoded: { data: Buffer; info: OutputInfo }
  try {
    decoded = await sharp(path, { failOn: "warning" })
      .autoOrient()
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw new BadPair({ path, why: undecodable(cause) })
  }
  const side = decoded.info.height
  const left = new Uint8Array(3 * side * side)
  const right = new Uint8Array(3 * side * side)
  for (let row = 0; row < side; row++) {
    const at = row * 6 * side
    left.set(decoded.data.subarray(at, at + 3 * side), row * 3 * side)
    right.set(decoded.data.subarray(at + 3 * side, at + 6 * side), row * 3 * side)
  }
  return { left, right, side }
}

/**
 * Resizes a square RGB image with the bicubic filter (Catmull and Rom), widened when shrinking so that nothing aliases.
 * @returns RGB bytes `[size, size, 3]`
 */
export async function resizeSquare(image: Uint8Array, side: number, size: number): Promise<Uint8Array> {
  if (side === size) return image
  return sharp(image, { raw: { width: side, height: side, channels: 3 } })
    .resize(size, size, { kernel: "cubic", fit: "fill" })
    .raw()
    .toBuffer()
}

/** Runs over all items, a few at a time; results are in the order of the items. Fails with the first error. */
export function eachOf<A, B>(items: readonly A[], run: (item: A) => Promise<B>): Promise<readonly B[]> {
  const effects = Effect.forEach(
    items,
    (item) => Effect.tryPromise({ try: () => run(item), catch: (cause) => cause }),
    { concurrency: 4 },
  )
  return Effect.runPromise(effects)
}

/** SHA-256 over what else decides the examples (plug-in, version, options) and the names and bytes of all files. */
export async function filesDigest(
  identity: readonly unknown[],
  files: Readonly<Record<string, readonly string[]>>,
): Promise<string> {
  const parts: unknown[] = [...identity]
  for (const paths of Object.values(files)) parts.push(namesOf(paths), await contentHashes(paths))
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex")
}

/** Names of files without their folders. */
export function namesOf(paths: readonly string[]): readonly string[] {
  return paths.map((path) => basename(path))
}
