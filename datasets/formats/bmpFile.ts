import { mostPixels } from "./imageHeader.ts"

/** An image as a BMP file holds it: bytes `[height, width, channels]`, row-major, from top to bottom. */
export interface BmpImage {
  readonly pixels: Uint8Array
  readonly height: number
  readonly width: number
  /** RGB, or with opacity. */
  readonly channels: 3 | 4
}

/** Whether a file begins as a BMP does. */
export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d
}

/** Compressions of the header that are none: plain bytes, and plain bytes with masks of the colours. */
const plain = [0, 3, 6]

/**
 * Decodes an uncompressed BMP (Windows' BITMAPINFOHEADER and its successors, OS/2's BITMAPCOREHEADER): 1, 4 or 8 bits with a
 * palette, 16, 24 or 32 bits a pixel, from the bottom up or from the top down. The fourth byte of 32 bits is opacity only where the
 * header has a mask for it.
 *
 * @throws an error whose message says in a few words why it cannot be decoded
 */
export function decodeBmp(bytes: Uint8Array): BmpImage {
  if (bytes.length < 26) throw new Error("its header is cut off")
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headerSize = view.getUint32(14, true)
  const old = headerSize === 12
  if ((!old && headerSize < 40) || bytes.length < 14 + headerSize)
    throw new Error("its header is none of a BMP")
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true)
  const signed = old ? view.getInt16(20, true) : view.getInt32(22, true)
  const bits = view.getUint16(old ? 24 : 28, true)
  const compression = old ? 0 : view.getUint32(30, true)
  const height = Math.abs(signed)
  if (width < 1 || height < 1 || width * height > mostPixels)
    throw new Error(`it says that it is ${width} x ${signed} pixels`)
  if (!plain.includes(compression))
    throw new Error("it is compressed, which no BMP has to be; save it again as PNG")
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits a pixel`)
  const start = view.getUint32(10, true)
  // Rows are filled up to four bytes.
  const stride = Math.ceil((width * bits) / 32) * 4
  if (bytes.length < start + stride * height - (stride - Math.ceil((width * bits) / 8)))
    throw new Error("its pixels are cut off")

  const colourOf =
    bits <= 8
      ? paletteOf(bytes, view, { headerSize, old, bits, start })
      : maskedColours(view, headerSize, bits, compression)
  const channels = bits > 8 && colourOf.opacity ? 4 : 3
  const pixels = new Uint8Array(width * height * channels)
  for (let row = 0; row < height; row++) {
    const from = start + stride * (signed > 0 ? height - 1 - row : row)
    for (let column = 0; column < width; column++) {
      const colour = colourOf.at(valueAt(bytes, from, column, bits))
      const to = (row * width + column) * channels
      for (let channel = 0; channel < channels; channel++) pixels[to + channel] = colour[channel]!
    }
  }
  return { pixels, height, width, channels }
}

interface Colours {
  readonly opacity: boolean
  at(value: number): ArrayLike<number>
}

/** The bits of one pixel as a number. */
function valueAt(bytes: Uint8Array, row: number, column: number, bits: number): number {
  if (bits >= 8) {
    const at = row + (column * bits) / 8
    let value = 0
    for (let byte = bits / 8 - 1; byte >= 0; byte--) value = value * 256 + bytes[at + byte]!
    return value
  }
  const perByte = 8 / bits
  const byte = bytes[row + Math.floor(column / perByte)]!
  return (byte >> (8 - bits * ((column % perByte) + 1))) & (2 ** bits - 1)
}

function paletteOf(
  bytes: Uint8Array,
  view: DataView,
  { headerSize, old, bits, start }: { headerSize: number; old: boolean; bits: number; start: number },
): Colours {
  const each = old ? 3 : 4
  const from = 14 + headerSize
  const asked = old ? 0 : view.getUint32(46, true)
  const there = Math.floor((Math.min(start, bytes.length) - from) / each)
  const count = Math.min(asked === 0 ? 2 ** bits : asked, there)
  const palette = Array.from({ length: Math.max(0, count) }, (_, index) => {
    const [blue, green, red] = bytes.subarray(from + each * index)
    return [red!, green!, blue!]
  })
  return {
    opacity: false,
    at: (value) => {
      const colour = palette[value]
      if (colour === undefined)
        throw new Error(`a pixel has colour ${value} of a palette of ${palette.length}`)
      return colour
    },
  }
}

function maskedColours(view: DataView, headerSize: number, bits: number, compression: number): Colours {
  const declared = compression !== 0 && view.byteLength >= 70
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff]
  const masks = declared ? [54, 58, 62].map((at) => view.getUint32(at, true)) : usual
  const opacity = declared && (headerSize >= 56 || compression === 6) ? view.getUint32(66, true) : 0
  const parts = [...masks, ...(opacity === 0 ? [] : [opacity])].map((mask) => {
    // Lowest bit and largest value of the mask; plain arithmetic, as the highest bit would make the number negative.
    const low = mask === 0 ? 1 : (mask & -mask) >>> 0
    return { low, most: Math.max(1, Math.floor(mask / low)) }
  })
  const colour = new Uint8Array(parts.length)
  return {
    opacity: opacity !== 0,
    at: (value) => {
      for (const [channel, { low, most }] of parts.entries()) {
        colour[channel] = Math.round(((Math.floor(value / low) % (most + 1)) * 255) / most)
      }
      return colour
    },
  }
}
