import { createHash } from "node:crypto"
import { readFile, stat } from "node:fs/promises"
import { extname } from "node:path"
import { imagesOf } from "@saddlepoint/datasets/formats/folderImages"
import type { NamedMoments } from "@saddlepoint/metrics/measures/compareImages"
import { readFrechetStatistics } from "@saddlepoint/metrics/weightFiles/frechetStatistics"
import { WrongCall } from "../exit.ts"

/** One of the two sets that are compared. */
export interface Side {
  readonly path: string
  /** Paths of its images; undefined where it is a file of statistics. */
  readonly images: readonly string[] | undefined
  /** What a .npz of statistics holds. */
  readonly moments: NamedMoments | undefined
}

/** Both sides, before an image is decoded: where either is wrong, neither is used. */
export async function openSides(real: string, generated: string): Promise<{ real: Side; generated: Side }> {
  await requireSide("REAL", real)
  await requireSide("GENERATED", generated)
  return { real: await openSide(real), generated: await openSide(generated) }
}

/** The number of images, or undefined where only their statistics are known. */
export const countOf = ({ images }: Side): number | undefined => images?.length

async function requireSide(argument: string, path: string): Promise<void> {
  const about = await stat(path).catch(() => undefined)
  const isFile = about?.isFile() && extname(path).toLowerCase() === ".npz"
  if (about?.isDirectory() || isFile) return
  const found = about === undefined ? `there is no ${path}` : `${path} is another file`
  throw new WrongCall(
    `Expected ${argument} to be a folder of images or a .npz of statistics (mu, sigma), but ${found}; check the path.`,
  )
}

async function openSide(path: string): Promise<Side> {
  const about = await stat(path)
  if (about.isDirectory()) {
    const images = await imagesOf(path).catch(({ message }: Error) => {
      throw new WrongCall(message)
    })
    return { path, images, moments: undefined }
  }
  const gaussian = await readFrechetStatistics(path)
  const name = createHash("sha256")
    .update(await readFile(path))
    .digest("hex")
  return { path, images: undefined, moments: { gaussian, name } }
}
