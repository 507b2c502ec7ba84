import { expect, test } from "vitest"
import { bmpBytes } from "../testing/bmpBytes.ts"
import { decodeBmp } from "./bmpFile.ts"

const [red, green, blue, grey] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [132, 132, 132],
]
/** Three wide, so that every row has bytes that fill it up. */
const picture = [
  [red!, green!, blue!],
  [grey!, red!, green!],
]
const bytesOf = (rows: readonly (readonly (readonly number[])[])[]) => Uint8Array.from(rows.flat(2))

test.each([1, 4, 8, 16, 24, 32] as const)(
  "%i bits a pixel are read, from the bottom up and from the top down",
  (bits) => {
    const rows =
      bits === 1
        ? [
            [red!, blue!, red!],
            [blue!, blue!, red!],
          ]
        : picture
    for (const topDown of [false, true]) {
      expect(decodeBmp(bmpBytes(rows, { bits, topDown }))).toEqual({
        pixels: bytesOf(rows),
        height: 2,
        width: 3,
        channels: 3,
      })
    }
  },
)

test("opacity is what the header has a mask for, and nothing else", () => {
  const clear = picture.map((row) => row.map((colour) => [...colour, 7]))
  expect(decodeBmp(bmpBytes(clear, { bits: 32, opacity: true }))).toMatchObject({
    channels: 4,
    pixels: bytesOf(clear),
  })
  expect(decodeBmp(bmpBytes(clear, { bits: 32 }))).toMatchObject({ channels: 3, pixels: bytesOf(picture) })
})

test("what is no such file is told in a few words", () => {
  const whole = bmpBytes(picture, { bits: 24 })
  expect(() => decodeBmp(whole.subarray(0, 20))).toThrow("its header is cut off")
  expect(() => decodeBmp(whole.subarray(0, whole.length - 8))).toThrow("its pixels are cut off")
  const changed = (at: number, value: number) => {
    const bytes = Uint8Array.from(whole)
    bytes[at] = value
    return bytes
  }
  expect(() => decodeBmp(changed(30, 1))).toThrow("it is compressed")
  expect(() => decodeBmp(changed(28, 9))).toThrow("it has 9 bits a pixel")
  expect(() => decodeBmp(changed(14, 5))).toThrow("its header is none of a BMP")
  expect(() => decodeBmp(changed(21, 0x7f))).toThrow("it says that it is")
  const paletted = bmpBytes(picture, { bits: 8 })
  paletted[paletted.length - 4] = 200
  expect(() => decodeBmp(paletted)).toThrow("a pixel has colour 200 of a palette of")
})
