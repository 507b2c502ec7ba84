import { expect, test } from "vitest"
import { chainNamed, chains, describeChain, preprocessed } from "./chains.ts"
import { type Images, inBytes } from "./images.ts"

const floats = (values: readonly number[]) => Float32Array.from(values)

test("rounding takes the nearest byte, truncation the one below", () => {
  // 0.3 * 255 = 76.5, 0.5 * 255 = 127.5, 0.998 * 255 = 254.49
  expect([...inBytes(floats([0.3, 0.5, 0.998]), "0..1", "rounded")]).toEqual([77, 128, 254])
  expect([...inBytes(floats([0.3, 0.5, 0.998]), "0..1", "truncated")]).toEqual([76, 127, 254])
})

test("every byte survives being a float32 in 0..1, truncated", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
  expect([
    ...inBytes(
      Float32Array.from(bytes, (byte) => byte / 255),
      "0..1",
      "truncated",
    ),
  ]).toEqual([...bytes])
})

test("the same image in any range gives the same numbers", () => {
  const bytes = Uint8Array.from({ length: 4 * 4 * 3 }, (_, i) => (i * 37) % 256)
  const shape = [1, 4, 4, 3] as const
  const forms: Images[] = [
    { values: bytes, shape, range: "0..255" },
    { values: Float32Array.from(bytes), shape, range: "0..255" },
    { values: Float32Array.from(bytes, (byte) => byte / 255), shape, range: "0..1" },
    { values: Float32Array.from(bytes, (byte) => (byte / 255) * 2 - 1), shape, range: "-1..1" },
  ]
  const [first, ...others] = forms.map((images) => preprocessed(images, chainNamed("clean-fid")).values)
  for (const other of others) expect(other.every((value, i) => value === first![i])).toBe(true)
})

test("white is 1 for pytorch-fid and less for the 2015 graph", () => {
  const white: Images = { values: new Uint8Array(2 * 2 * 3).fill(255), shape: [1, 2, 2, 3], range: "0..255" }
  const value = (chain: string) => preprocessed(white, chainNamed(chain)).values[0]
  expect(value("pytorch-fid")).toBe(1)
  expect(value("torch-fidelity")).toBe(127 / 128)
})

test("a chain is one line, and packages that compute alike have one line", () => {
  expect(describeChain(chainNamed("torch-fidelity"))).toBe(
    "bytes rounded; tf1_align_corners_false to 299x299; (x - 128) / 128",
  )
  expect(describeChain(chainNamed("clean-fid_legacy_tensorflow"))).toBe(
    describeChain(chainNamed("torch-fidelity")),
  )
  expect(describeChain(chainNamed("studiogan_legacy"))).toBe(describeChain(chainNamed("pytorch-fid")))
  const lines = new Set(Object.values(chains).map(describeChain))
  expect(lines.size).toBe(Object.keys(chains).length - 2)
})

test("what is not an image in its range is refused", () => {
  const shape = [1, 1, 1, 3] as const
  const judge = (values: Images["values"], range: string, form: readonly number[] = shape) =>
    preprocessed(
      { values, shape: form as Images["shape"], range: range as Images["range"] },
      chainNamed("torch-fidelity"),
    )
  expect(() => judge(floats([0, 1, 2]), "0..1")).toThrow(
    "Expected finite values in 0..1 for images, but number 2 is 2; say the range that they have.",
  )
  expect(() => judge(floats([0, Number.NaN, 0]), "-1..1")).toThrow("number 1 is NaN")
  expect(() => judge(new Uint8Array(3), "0..1")).toThrow(
    'Expected bytes to be of the range 0..255, but got "0..1"; say 0..255.',
  )
  expect(() => judge(floats([0, 0, 0]), "auto")).toThrow(
    'Expected a range out of 0..255, 0..1, -1..1 for images, but got "auto".',
  )
  expect(() => judge(new Uint8Array(1), "0..255", [1, 1, 1, 1])).toThrow(
    "Expected images [images, height, width, 3], but got 1 numbers for the shape [1, 1, 1, 1]",
  )
  expect(() => chainNamed("clean")).toThrow('but got "clean"; use one of these, or describe your own.')
})
