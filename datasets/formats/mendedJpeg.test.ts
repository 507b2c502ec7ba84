import { expect, test } from "vitest"
import { smooth } from "../testing/ownImages.ts"
import { decodeUpright } from "./decodeUpright.ts"
import { mendedImage } from "./mendedImage.ts"
import { mendedJpeg } from "./mendedJpeg.ts"

const read = (bytes: Uint8Array) => mendedImage(bytes, (file) => decodeUpright(file))
const jpeg = (progressive = false) => smooth(24, 32).jpeg({ progressive }).toBuffer()
const scanOf = (bytes: Buffer) => bytes.indexOf(Uint8Array.of(0xff, 0xda))

test.each([false, true])(
  "a JPEG without its end gives the pixels of the whole one, progressive: %s",
  async (progressive) => {
    const whole = await jpeg(progressive)
    expect(mendedJpeg(whole)).toBeUndefined()
    const { made, warning } = await read(whole.subarray(0, -2))
    expect(warning).toBe("its end marker is missing")
    expect(made).toEqual((await read(whole)).made)
  },
)

test("stray bytes before the scan go, and wrong parameters of the scan are set right", async () => {
  const whole = await jpeg()
  const scan = scanOf(whole)
  const odd = Buffer.concat([whole.subarray(0, scan), Buffer.from([7, 7]), whole.subarray(scan)])
  // The parameters are the last three bytes of the scan's header.
  odd[scan + 2 + 2 + odd.readUInt16BE(scan + 2 + 2) - 2] = 0
  const mended = mendedJpeg(odd)!
  expect(mended.warning).toBe(
    "it has stray bytes between its parts and its scan has parameters of another kind of JPEG",
  )
  expect(Buffer.compare(mended.bytes, whole)).toBe(0)
  expect((await read(odd)).made).toEqual((await read(whole)).made)
})

test("what lacks pixels stays damaged, whatever its end", async () => {
  const whole = await jpeg()
  const half = whole.subarray(0, scanOf(whole) + 60)
  await expect(read(half)).rejects.toThrow()
  await expect(read(Buffer.concat([half, Uint8Array.of(0xff, 0xd9)]))).rejects.toThrow()
  await expect(read(whole.subarray(0, 40))).rejects.toThrow()
  expect(mendedJpeg(Buffer.from("no image"))).toBeUndefined()
})
