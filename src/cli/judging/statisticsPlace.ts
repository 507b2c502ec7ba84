import { access, constants, mkdir, realpath, stat } from "node:fs/promises"
import { dirname, extname, resolve } from "node:path"
import type { Gaussian } from "@saddlepoint/metrics/maths/features/frechet"
import { writeFrechetStatistics } from "@saddlepoint/metrics/weightFiles/frechetStatistics"
import { WrongCall } from "../exit.ts"

/**
 * Looks whether statistics can be written there, before there are any. Nothing is made yet.
 * @param inputs files that the same call reads
 * @throws one sentence when they cannot
 */
export async function requirePlace(path: string, inputs: readonly string[]): Promise<void> {
  const refuse = (why: string) =>
    new WrongCall(`Expected --save-statistics to name a .npz that can be written, but ${why}; name another.`)
  if (extname(path).toLowerCase() !== ".npz") throw refuse(`${path} has another ending`)
  const about = await stat(path).catch(() => undefined)
  if (about !== undefined && !about.isFile()) throw refuse(`${path} is no file`)
  const own = await settled(path)
  for (const input of inputs) {
    if ((await settled(input)) === own) throw refuse(`${path} is read by the same call`)
  }
  if (about !== undefined && !(await isWritable(path))) throw refuse(`${path} may not be written`)
  const above = await nearest(dirname(resolve(path)))
  const isFolder = (await stat(above)).isDirectory()
  if (!isFolder) throw refuse(`${above} is no folder`)
  if (!(await isWritable(above))) throw refuse(`the folder ${above} may not be written to`)
}

/** Writes statistics, with the folders above them. */
export async function saveStatistics(path: string, statistics: Gaussian): Promise<void> {
  try {
    await mkdir(dirname(resolve(path)), { recursive: true })
    await writeFrechetStatistics(path, statistics)
  } catch (cause) {
    throw new Error(
      `Expected to write the statistics to ${path}, but that failed (${(cause as Error).message}); make room, or name another --save-statistics.`,
    )
  }
}

const settled = (path: string) => realpath(path).catch(() => resolve(path))

const isWritable = (path: string) =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  )

/** The folder itself, or the nearest above it that is there. */
async function nearest(folder: string): Promise<string> {
  const isThere = await stat(folder).catch(() => undefined)
  return isThere === undefined && dirname(folder) !== folder ? nearest(dirname(folder)) : folder
}
