import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import sharp from "sharp"
import { renderFacade } from "../facades.ts"
import { renderGlyph } from "../glyphs.ts"

/** The bytes of an idx file of bytes. */
export function idxBytes(shape: readonly number[], values: Uint8Array): Uint8Array {
  const head = Buffer.alloc(4 + 4 * shape.length)
  head.writeUInt32BE(0x0800 + shape.length)
  shape.forEach((side, axis) => {
    head.writeUInt32BE(side, 4 + 4 * axis)
  })
  return Buffer.concat([head, values])
}

/** Generated digits as bytes, `[count, side, side]`; digit `i` is `i % 10`. */
export function digitBytes(count: number, side: number, part: "train" | "test"): Uint8Array {
  const images = Array.from({ length: count }, (_, index) =>
    renderGlyph({ size: side, seed: 5 }, part, index),
  )
  return Uint8Array.from(
    images.flatMap((image) => [...image]),
    (value) => Math.round((value + 1) * 127.5),
  )
}

/** Writes a folder in the form of MNIST, of generated digits. */
export async function writeIdxFolder(
  folder: string,
  { side, train, test }: { readonly side: number; readonly train: number; readonly test: number },
  names = { train: "train", test: "t10k" },
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [part, count] of [
    ["train", train],
    ["test", test],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 10)
    const write = (kind: string, bytes: Uint8Array) =>
      writeFile(join(folder, `${names[part]}-${kind}-ubyte.gz`), gzipSync(bytes))
    await write("images-idx3", idxBytes([count, side, side], digitBytes(count, side, part)))
    await write("labels-idx1", idxBytes([count], labels))
  }
}

/** Writes photos of 40 x 32 pixels, upright or lying, into a folder as BSDS500 has them. */
export async function writePhotos(folder: string, count: number): Promise<void> {
  await mkdir(join(folder, "train"), { recursive: true })
  for (let index = 0; index < count; index++) {
    const { target } = renderFacade({ size: 64, seed: 3 }, "train", index)
    const [width, height] = index % 2 === 0 ? [40, 32] : [32, 40]
    await sharp(target, { raw: { width: 64, height: 64, channels: 3 } })
      .extract({ left: 0, top: 0, width, height })
      .jpeg({ quality: 95 })
      .toFile(join(folder, "train", `${100 + index}.jpg`))
  }
}
