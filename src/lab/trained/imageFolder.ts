import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { toPng } from "@saddlepoint/datasets/formats/contactSheet"
import type { Images } from "./answered.ts"

/** A folder of PNG files that comes into being whole, or not at all. */
export interface ImageFolder {
  /** Writes each image under its name. */
  write(images: Pick<Images, "values" | "shape">, names: readonly string[]): Promise<void>
  /** Writes `sheet.png`, or a sheet of another name. */
  sheet(
    images: Pick<Images, "values" | "shape">,
    columns: number,
    how?: { readonly name?: string; readonly zoom?: number },
  ): Promise<void>
  /** Writes any other file. */
  put(name: string, bytes: Uint8Array): void
  /** Gives the folder its name. */
  close(): void
  /** Removes what was written. */
  discard(): void
}

/** The name of the contact sheet. */
export const sheetName = "sheet.png"

/**
 * @param folder that is not there, or empty
 * @throws RangeError in one sentence where it holds something
 */
export function openImageFolder(folder: string): ImageFolder {
  const place = resolve(folder)
  if (existsSync(place) && (!isFolder(place) || readdirSync(place).length > 0)) {
    throw new RangeError(
      `Expected a folder for the images that is new or empty, but ${folder} is there already; give another with --out.`,
    )
  }
  const draft = join(dirname(place), `.${basename(place)}.${process.pid}.draft`)
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  return {
    async write({ values, shape }, names) {
      const [, height, width, channels] = shape
      const one = height * width * channels
      for (const [index, name] of names.entries()) {
        const file = join(draft, name)
        mkdirSync(dirname(file), { recursive: true })
        const image = values.subarray(index * one, (index + 1) * one)
        writeFileSync(file, await toPng(image, [1, height, width, channels], { columns: 1 }))
      }
    },
    async sheet({ values, shape }, columns, { name = sheetName, zoom = 1 } = {}) {
      writeFileSync(join(draft, name), await toPng(values, shape, { columns, gap: 2, zoom }))
    },
    put: (name, bytes) => writeFileSync(join(draft, name), bytes),
    close() {
      if (existsSync(place)) rmdirSync(place)
      renameSync(draft, place)
    },
    discard: () => rmSync(draft, { recursive: true, force: true }),
  }
}

/** How many times as large images are drawn, so that a side has about so many pixels and none is made smaller. */
export function zoomTo(side: number, [, height, width]: readonly [number, number, number, number]): number {
  return Math.max(1, Math.floor(side / Math.max(height, width)))
}

function isFolder(place: string): boolean {
  try {
    readdirSync(place)
    return true
  } catch {
    return false
  }
}
