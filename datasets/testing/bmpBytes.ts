interface BmpForm {
  readonly bits: 1 | 4 | 8 | 16 | 24 | 32
  readonly topDown?: boolean
  /** Of 32 bits: the fourth byte is opacity. */
  readonly opacity?: boolean
}

/** Bytes of an uncompressed BMP of rows of colours (RGB, or with opacity); 16 bits hold five of each colour. */
export function bmpBytes(
  rows: readonly (readonly (readonly number[])[])[],
  { bits, topDown = false, opacity = false }: BmpForm,
): Uint8Array {
  const [height, width] = [rows.length, rows[0]!.length]
  const palette = bits <= 8 ? [...new Set(rows.flat().map((colour) => colour.join()))] : []
  const header = opacity ? 108 : 40
  const start = 14 + header + 4 * palette.length
  const stride = Math.ceil((width * bits) / 32) * 4
  const bytes = new Uint8Array(start + stride * height)
  const view = new DataView(bytes.buffer)
  bytes.set([0x42, 0x4d])
  view.setUint32(2, bytes.length, true)
  view.setUint32(10, start, true)
  view.setUint32(14, header, true)
  view.setInt32(18, width, true)
  view.setInt32(22, topDown ? -height : height, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, bits, true)
  view.setUint32(46, palette.length, true)
  if (opacity) {
    view.setUint32(30, 3, true)
    for (const [at, mask] of [0xff0000, 0xff00, 0xff, 0xff000000].entries())
      view.setUint32(54 + 4 * at, mask, true)
  }
  for (const [index, colour] of palette.entries()) {
    const [red, green, blue] = colour.split(",").map(Number)
    bytes.set([blue!, green!, red!], 14 + header + 4 * index)
  }
  for (const [row, colours] of rows.entries()) {
    const from = start + stride * (topDown ? row : height - 1 - row)
    for (const [column, colour] of colours.entries()) {
      const [red, green, blue, alpha = 0] = colour
      const five = (byte: number) => byte >> 3
      if (bits <= 8) {
        const perByte = 8 / bits
        const shift = 8 - bits * ((column % perByte) + 1)
        bytes[from + Math.floor(column / perByte)]! |= palette.indexOf(colour.join()) << shift
      } else if (bits === 16) {
        view.setUint16(from + 2 * column, (five(red!) << 10) | (five(green!) << 5) | five(blue!), true)
      } else bytes.set([blue!, green!, red!, ...(bits === 32 ? [alpha] : [])], from + (bits / 8) * column)
    }
  }
  return bytes
}
