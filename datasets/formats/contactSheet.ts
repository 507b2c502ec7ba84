import sharp from "sharp"
import { byteOfValue } from "./byteValues.ts"

/** How images are laid out on a sheet. */
export interface SheetLayout {
  /** Images per row. */
  readonly columns: number
  /** Pixels between images; 0 where left out. */
  readonly gap?: number
  /** Colour of the gaps and of empty places as bytes; white where left out. */
  readonly background?: readonly [number, number, number]
  /** Each pixel becomes a square of this many pixels; 1 where left out. */
  readonly zoom?: number
}

/**
 * Draws images on one PNG, row by row.
 *
 * @param images values in [-1, 1], `shape` in row-major order; values outside are clipped, NaN is drawn black
 * @param shape `[count, height, width, channels]`, channels 1 (grey) or 3 (RGB)
 * @throws RangeError with one sentence when values, shape and layout do not fit together
 */
export async function toPng(
  images: Float32Array,
  shape: readonly [number, number, number, number],
  layout: SheetLayout,
): Promise<Buffer> {
  const [count, height, width, channels] = shape
  const { columns, gap = 0, background = [255, 255, 255], zoom = 1 } = layout
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Expected images with 1 or 3 channels, but got ${channels}.`)
  }
  if (count < 1 || images.length !== count * height * width * channels) {
    throw new RangeError(`Expected the values of images [${shape}], but got ${images.length} values.`)
  }
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(`Expected a whole number of columns, 1 or more, but got ${columns}.`)
  }
  const across = Math.min(columns, count)
  const sheetWidth = across * (width + gap) - gap
  const sheetHeight = Math.ceil(count / columns) * (height + gap) - gap
  const sheet = new Uint8Array(sheetWidth * sheetHeight * 3)
  for (let at = 0; at < sheet.length; at++) sheet[at] = background[at % 3]!

  for (let image = 0; image < count; image++) {
    const left = (image % columns) * (width + gap)
    const top = Math.floor(image / columns) * (height + gap)
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = ((image * height + row) * width + column) * channels
        const to = ((top + row) * sheetWidth + left + column) * 3
        for (let channel = 0; channel < 3; channel++) {
          sheet[to + channel] = byteOfValue(images[from + (channels === 1 ? 0 : channel)]!)
        }
      }
    }
  }
  const drawn = sharp(sheet, { raw: { width: sheetWidth, height: sheetHeight, channels: 3 } })
  const zoomed =
    zoom === 1 ? drawn : drawn.resize(sheetWidth * zoom, sheetHeight * zoom, { kernel: "nearest" })
  return zoomed.png({ compressionLevel: 9 }).toBuffer()
}
