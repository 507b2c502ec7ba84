import { fixedLatents } from "@saddlepoint/core/latent/fixedLatents"
import { interpolations } from "@saddlepoint/core/latent/interpolation"
import { truncated } from "@saddlepoint/core/latent/truncation"
import { walk } from "@saddlepoint/core/latent/walk"
import { toGif } from "@saddlepoint/datasets/formats/animation"
import { type PathSmoothness, pathSmoothness } from "@saddlepoint/metrics/maths/images/pathSmoothness"
import { openImageFolder, zoomTo } from "./imageFolder.ts"
import type { Trained } from "./openTrained.ts"

/** Where a walk leads. */
export interface WalkOptions {
  /** Latent vectors to walk between; the last leg leads back to the first. */
  readonly stops: number
  /** Images of each leg, both of its stops included. */
  readonly frames: number
  readonly way: keyof typeof interpolations
  /** Of the stops. */
  readonly seed: number
  /** Of the stops, towards the mean latent 0: from 0 to 1, which changes nothing. */
  readonly truncation: number
  /** Class of all images, of methods that are told one; the first where left out. */
  readonly label?: number | undefined
}

/** What was written, and how even the walk is. */
export interface WrittenWalk extends PathSmoothness {
  /** Names of the files. */
  readonly files: readonly ["walk.png", "walk.gif"]
  /** `[height, width, channels]` of each image. */
  readonly shape: readonly number[]
  /** Numbers of a latent vector. */
  readonly latent: number
  /** Absent where the method is told none. */
  readonly label?: number
}

/** Images are drawn so many times as large that a side has about so many pixels. */
const [sheetSide, animationSide] = [64, 192]

/**
 * Walks between latent vectors of a trial that draws samples, and writes `walk.png`, a row for each leg, and `walk.gif`, which goes round.
 * @throws Error in one sentence where the trial draws no samples, the class is none of its, or the folder holds something
 */
export async function writeWalk(
  trained: Trained,
  out: string,
  { stops, frames, way, seed, truncation, label }: WalkOptions,
): Promise<WrittenWalk> {
  const told = classOf(trained, label)
  const latent = await trained.latentSize()
  const drawn = fixedLatents(seed, stops, latent).map((stop) => truncated(stop, truncation))
  const { legs, step } = walk([...drawn, drawn[0]!], frames, interpolations[way])
  const folder = openImageFolder(out)
  try {
    const latents = legs.flat()
    const labels = told === undefined ? {} : { labels: new Array<number>(latents.length).fill(told) }
    const { values, shape } = await trained.fromLatents(latents, labels)
    const size = values.length / latents.length
    const image = (at: number) => values.subarray(at * size, (at + 1) * size)
    const smoothness = pathSmoothness(
      legs.map((leg, row) => leg.map((_, frame) => image(row * frames + frame))),
      step,
    )
    await folder.sheet({ values, shape }, frames, { name: "walk.png", zoom: zoomTo(sheetSide, shape) })
    folder.put("walk.gif", await animated(values, shape, frames))
    folder.close()
    return {
      files: ["walk.png", "walk.gif"],
      shape: shape.slice(1),
      latent,
      ...(told === undefined ? {} : { label: told }),
      ...smoothness,
    }
  } catch (error) {
    folder.discard()
    throw error
  }
}

/** As each leg ends where the next begins, its last image is left out. */
function animated(
  values: Float32Array,
  shape: readonly [number, number, number, number],
  frames: number,
): Promise<Buffer> {
  const [count, ...one] = shape
  const size = values.length / count
  const kept = Array.from({ length: count }, (_, at) => at).filter((at) => at % frames < frames - 1)
  const round = new Float32Array(kept.length * size)
  for (const [place, at] of kept.entries())
    round.set(values.subarray(at * size, (at + 1) * size), place * size)
  return toGif(round, [kept.length, ...one], { milliseconds: 80, zoom: zoomTo(animationSide, shape) })
}

function classOf({ trial, arm, answers, classes }: Trained, label: number | undefined): number | undefined {
  if (answers !== "samples") {
    throw new RangeError(
      `Expected a trial that draws samples of images, but ${trial} (${arm}) answers with ${answers}; choose another.`,
    )
  }
  if (classes === undefined) {
    if (label === undefined) return undefined
    throw new RangeError(`Expected no class, as ${trial} is told none, but got ${label}; leave it out.`)
  }
  const told = label ?? 0
  if (Number.isInteger(told) && told >= 0 && told < classes) return told
  throw new RangeError(`Expected a class from 0 to ${classes - 1}, those of ${trial}, but got ${label}.`)
}
