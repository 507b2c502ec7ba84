import { crc32, deflateRawSync } from "node:zlib"
import fc from "fast-check"
import { expect, test } from "vitest"
import { allowance } from "./allowance.ts"
import { bytesInMemory } from "./byteSource.ts"
import { zipOf } from "./testing/zip.ts"
import { WeightFileError } from "./weightFileError.ts"
import { encodeZip } from "./writeZip.ts"
import { openZip } from "./zip.ts"

const open = (file: Uint8Array, bytes = 2 ** 20) => openZip(bytesInMemory(file), allowance({ bytes }))
const data = Buffer.from("weights ".repeat(100))

test("what is written is read back", () => {
  const files = fc.dictionary(fc.string(), fc.uint8Array({ maxLength: 40 }))
  fc.assert(
    fc.property(files, (files) => {
      const archive = open(encodeZip(new Map(Object.entries(files))))
      expect(archive.names).toEqual(Object.keys(files))
      for (const name of archive.names)
        expect(Buffer.from(archive.read(name))).toEqual(Buffer.from(files[name]!))
    }),
  )
})

test.each([
  ["deflated", { deflate: true }],
  ["with data descriptors", { deflate: true, descriptor: true }],
  ["zip64", { zip64: true }],
])("an archive that is %s is read", (_, options) => {
  const archive = open(
    zipOf(
      [
        { name: "a", data },
        { name: "b", data: Buffer.alloc(0) },
      ],
      options,
    ),
  )
  expect(Buffer.from(archive.read("a"))).toEqual(data)
  expect(archive.read("b").length).toBe(0)
})

test.each([
  ["no archive", Buffer.from("PK\x03\x04"), "a directory at the end, but there is none"],
  ["an encrypted entry", zipOf([{ name: "a", data, flags: 1 }]), "but it is encrypted"],
  ["another method", zipOf([{ name: "a", data, method: 14 }]), "but its method is 14"],
  [
    "two entries of one name",
    zipOf([
      { name: "a", data },
      { name: "a", data },
    ]),
    'one entry "a", but there are several',
  ],
  [
    "entries that overlap",
    zipOf([
      { name: "a", data },
      { name: "a", data, as: "a2", at: 0 },
    ]),
    "they overlap",
  ],
  [
    "a wrong checksum",
    zipOf([{ name: "a", data, crc: (crc32(data) ^ 1) >>> 0 }]),
    "with the recorded CRC-32",
  ],
  ["stored sizes that differ", zipOf([{ name: "a", data, size: 9 }]), "9 stored bytes"],
  [
    "more data than declared",
    zipOf([{ name: "a", data, size: 9 }], { deflate: true }),
    "do not inflate to that",
  ],
  ["less data than declared", zipOf([{ name: "a", data, size: 9000 }], { deflate: true }), "9000 bytes with"],
  ["a cut end", zipOf([{ name: "a", data }]).subarray(0, -1), "there is none"],
])("%s: refused in one sentence", (_, file, sentence) => {
  const read = () => {
    const archive = open(file)
    for (const name of archive.names) archive.read(name)
  }
  expect(read).toThrow(WeightFileError)
  expect(read).toThrow(sentence)
})

test("a zip bomb is refused before it is inflated, by the memory it declares and by its growth", () => {
  const zeros = Buffer.alloc(8 * 2 ** 20)
  const bomb = zipOf([{ name: "zeros", data: zeros }], { deflate: true })
  expect(bomb.length).toBeLessThan(9000)
  expect(() => open(bomb, 2 ** 22).read("zeros")).toThrow(
    'Expected a file that takes at most 4194304 bytes of memory but entry "zeros" needs 8388608 more than the 51 taken; raise `limits.bytes` if you trust the file.',
  )
  expect(() => open(bomb, 2 ** 30).read("zeros")).toThrow("to grow at most 100 times when inflated")
})

test("a zip bomb that lies about its size is stopped at the size it declares", () => {
  const zeros = Buffer.alloc(8 * 2 ** 20)
  const bomb = zipOf([{ name: "zeros", data: zeros, size: 1000 }], { deflate: true })
  expect(() => open(bomb).read("zeros")).toThrow("do not inflate to that")
  expect(deflateRawSync(zeros).length).toBeGreaterThan(1000)
})
