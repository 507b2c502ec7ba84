import { extname, relative, sep } from "node:path"
import { openImageFolder, sheetName, zoomTo } from "./imageFolder.ts"
import type { InputImages } from "./inputImages.ts"
import { type NearestExamples, nearestExamples } from "./nearestExamples.ts"
import { neighbourSheet } from "./neighbourSheet.ts"
import type { Trained } from "./openTrained.ts"

/** What was written. */
export interface WrittenAnswers {
  readonly images: number
  /** `[height, width, channels]` of each. */
  readonly shape: readonly number[]
  /** Inputs that had another size. */
  readonly resized: number
  /** Where neighbours were asked for: by pixels, and by a judge's features where there is one. */
  readonly neighbours?: readonly WrittenNeighbours[]
}

/** The nearest training examples of samples, and the sheet that shows them. */
export interface WrittenNeighbours extends NearestExamples {
  readonly file: string
}

/** Images on a contact sheet, and in a row of it. */
const [mostOnSheet, columns] = [64, 8]
/** Inputs that are translated at a time. */
const chunk = 32

/**
 * Writes samples as `0000.png` and so on, those of classes as `0000-class-3.png`, and a sheet of the first 64.
 * @param labels of methods that are told classes, taken over and over; each class in turn where left out
 * @param neighbours nearest training examples of each sample, which are drawn on sheets of their own; none where left out
 * @throws RangeError in one sentence where labels and method do not fit, or the folder holds something
 */
export async function writeSamples(
  trained: Trained,
  out: string,
  {
    count,
    seed,
    labels,
    neighbours = 0,
  }: {
    readonly count: number
    readonly seed: number
    readonly labels?: readonly number[] | undefined
    readonly neighbours?: number | undefined
  },
): Promise<WrittenAnswers> {
  const { classes } = trained
  if (labels !== undefined) checkLabels(trained, labels)
  const turns = labels ?? (classes === undefined ? [] : Array.from({ length: classes }, (_, of) => of))
  const told =
    turns.length === 0 ? undefined : Array.from({ length: count }, (_, i) => turns[i % turns.length]!)
  const folder = openImageFolder(out)
  try {
    const images = await trained.sample(count, { seed, ...(told === undefined ? {} : { labels: told }) })
    const digits = Math.max(4, String(count - 1).length)
    const names = Array.from({ length: count }, (_, index) => {
      const number = String(index).padStart(digits, "0")
      return `${number}${told === undefined ? "" : `-class-${told[index]}`}.png`
    })
    await folder.write(images, names)
    await folder.sheet(first(images, mostOnSheet), columns)
    const near: WrittenNeighbours[] = []
    for (const found of neighbours > 0 ? await nearestExamples(trained, images, neighbours) : []) {
      const file = found.by === "pixels" ? "neighbours.png" : `neighbours-${found.by}.png`
      const sheet = await neighbourSheet(trained, images, found)
      await folder.sheet(sheet, sheet.columns, { name: file, zoom: zoomTo(64, images.shape) })
      near.push({ file, ...found })
    }
    folder.close()
    return {
      images: count,
      shape: images.shape.slice(1),
      resized: 0,
      ...(neighbours > 0 ? { neighbours: near } : {}),
    }
  } catch (error) {
    folder.discard()
    throw error
  }
}

/**
 * Writes the translation of each image under its own name as PNG, in sub-folders as it lay, and a sheet of the first 32, each beside its input
 * where they have one shape.
 */
export async function writeTranslations(
  trained: Trained,
  out: string,
  { paths, shape, read }: InputImages,
  from: string,
  seed: number,
): Promise<WrittenAnswers> {
  const names = namesOf(paths.map((path) => relative(from, path).split(sep).join("/")))
  const folder = openImageFolder(out)
  const size = shape.reduce((product, side) => product * side, 1)
  let resized = 0
  let made: readonly number[] = shape
  try {
    for (let start = 0; start < paths.length; start += chunk) {
      const some = paths.slice(start, start + chunk)
      const values = new Float32Array(some.length * size)
      for (const [index, path] of some.entries()) {
        const image = await read(path)
        values.set(image.values, index * size)
        if (image.resized) resized += 1
      }
      const inputs = { values, shape: [some.length, ...shape] as const }
      const images = await trained.translate(inputs, { seed: seed + start / chunk })
      await folder.write(images, names.slice(start, start + some.length))
      made = images.shape.slice(1)
      if (start === 0) {
        const alike = made.join() === shape.join()
        await folder.sheet(alike ? sideBySide(inputs, images) : images, columns)
      }
    }
    folder.close()
    return { images: paths.length, shape: made, resized }
  } catch (error) {
    folder.discard()
    throw error
  }
}

type Shown = Parameters<ReturnType<typeof openImageFolder>["sheet"]>[0]

function first({ values, shape }: Shown, most: number): Shown {
  const [count, ...one] = shape
  const shown = Math.min(count, most)
  return { values: values.subarray(0, (values.length / count) * shown), shape: [shown, ...one] }
}

/** Each input followed by its translation. */
function sideBySide(inputs: Shown, images: Shown): Shown {
  const [count, ...one] = inputs.shape
  const size = inputs.values.length / count
  const values = new Float32Array(2 * inputs.values.length)
  for (let index = 0; index < count; index += 1) {
    const [from, to] = [index * size, (index + 1) * size]
    values.set(inputs.values.subarray(from, to), 2 * from)
    values.set(images.values.subarray(from, to), 2 * from + size)
  }
  return { values, shape: [2 * count, ...one] }
}

/** Names with the ending of PNG; two files that would get one keep their own ending before it. */
function namesOf(files: readonly string[]): string[] {
  const taken = new Set([sheetName])
  return files.map((file) => {
    const short = `${file.slice(0, file.length - extname(file).length)}.png`
    const name = taken.has(short) ? `${file}.png` : short
    taken.add(name)
    return name
  })
}

function checkLabels({ trial, classes }: Trained, labels: readonly number[]): void {
  if (classes === undefined) {
    throw new RangeError(
      `Expected no labels, as ${trial} is told no classes, but got ${labels}; leave them out.`,
    )
  }
  const wrong = labels.find((label) => !Number.isInteger(label) || label < 0 || label >= classes)
  if (wrong === undefined && labels.length > 0) return
  throw new RangeError(
    `Expected labels from 0 to ${classes - 1}, the classes of ${trial}, but got ${wrong ?? "none"}.`,
  )
}
