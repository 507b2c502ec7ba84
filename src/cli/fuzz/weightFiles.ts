import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Stream } from "@saddlepoint/engine/random"
import { readWeights } from "@saddlepoint/metrics/weightFiles/readWeights"
import {
  type Damage,
  type DamagedFile,
  damagedKinds,
  fileOfKind,
  modelJson,
} from "@saddlepoint/metrics/weightFiles/testing/damage"
import { WeightFileError } from "@saddlepoint/metrics/weightFiles/weightFileError"
import { mutatedBytes, oneOf } from "./mutateBytes.ts"
import { inJson, mutatedJson } from "./mutateJson.ts"
import type { Case, Subject } from "./subject.ts"

/** Bytes that one file may take; what it holds as it is takes a few thousand. */
const limits = { bytes: 2 ** 22 }

/** Operations of pickles that make, call or remember things, and their lengths at the extremes. */
const pickleParts: readonly string[] = [
  "cos\nsystem\n",
  "cbuiltins\neval\n",
  "(S'x'\ntR",
  "R",
  "b",
  "o",
  "i",
  "\x81",
  "\x82\x01",
  "\x83\x01\x00",
  "\x84\x01\x00\x00\x00",
  "Q",
  "P1\n",
  "(",
  "((((((((",
  "t",
  "2222222222222222",
  "2\x86".repeat(40),
  "]2a".repeat(40),
  "l",
  "e",
  "u",
  "d",
  "s",
  "0",
  "1",
  "\x94",
  "j\xff\xff\xff\x7f",
  "r\xff\xff\xff\xff",
  "X\xff\xff\xff\xff",
  "\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
  "B\xff\xff\xff\x7f",
  "\x8b\xff\xff\xff\x7f",
  "\x8a\xff",
  "J\xff\xff\xff\xff",
  "G\x7f\xf0\x00\x00\x00\x00\x00\x00",
  "\x97\x98",
  "\x95\xff\xff\xff\xff\xff\xff\xff\x7f",
  "N\x89\x88",
  ".",
]

/** A file of any of the kinds with something done to its bytes, or to what its headers say. */
function damagedFile(draw: Stream): DamagedFile {
  const kind = oneOf(draw, damagedKinds)
  let harm = ""
  const near = kind.includes("archive") || kind.startsWith("npz") ? 250 : 0
  const anyBytes: Damage = (bytes) => {
    const changed = mutatedBytes(bytes, draw, near)
    harm = changed.kind
    return changed.bytes
  }
  const inserted: Damage = (bytes) => {
    harm = "inserted operations"
    const at = draw.integer(bytes.length)
    const parts = Array.from({ length: 1 + draw.integer(3) }, () => oneOf(draw, pickleParts))
    const put = Buffer.from(parts.join(""), "latin1")
    return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)])
  }
  const otherNumber: Damage = (bytes) => {
    harm = "other number in a header"
    const text = Buffer.from(bytes).toString("latin1")
    const places = [...text.matchAll(/\d+/g)]
    if (places.length === 0) return bytes
    const { 0: digits, index } = oneOf(draw, places)
    const other = oneOf(draw, [
      "0",
      "-1",
      `${digits}0`,
      "4294967296",
      "9007199254740993",
      "9".repeat(30),
      "1e9",
      "1.5",
    ])
    return Buffer.from(`${text.slice(0, index)}${other}${text.slice(index + digits.length)}`, "latin1")
  }
  const otherHeader: Damage = (bytes) => {
    const changed = headerChanged(Buffer.from(bytes), kind, draw)
    harm = "other header"
    return changed
  }
  const isText = kind === "safetensors" || kind === "model.json"
  const damage =
    isText && draw.integer(2) === 0
      ? otherHeader
      : oneOf(
          draw,
          kind.includes("pth") || kind.includes("pickle")
            ? [anyBytes, inserted]
            : [anyBytes, anyBytes, otherNumber],
        )
  const file = fileOfKind(kind, damage)
  return { ...file, kind: `${kind}, ${harm}` }
}

/** Another header of JSON, whole and of the length that it says. */
function headerChanged(bytes: Buffer, kind: string, draw: Stream): Buffer {
  if (kind === "model.json") return Buffer.from(inJson(mutatedJson(modelJson, draw, ["float32"]).json))
  const length = Number(bytes.readBigUInt64LE(0))
  const { json } = mutatedJson(JSON.parse(bytes.toString("utf8", 8, 8 + length)), draw, ["F32", "F16", "I64"])
  const header = Buffer.from(inJson(json))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([size, header, bytes.subarray(8 + length)])
}

/** Files of weights, read from the disk within an allowance of memory. */
export const weightFiles: Subject = {
  async open({ files }) {
    return (draw): Case => {
      const { kind, file, shards } = damagedFile(draw)
      return {
        kind,
        async run() {
          const path = join(files, "given.bin")
          writeFileSync(path, file)
          for (const [name, bytes] of Object.entries(shards)) writeFileSync(join(files, name), bytes)
          try {
            const weights = await readWeights(path, { limits })
            const taken = Object.values(weights).reduce((sum, { values }) => sum + values.byteLength, 0)
            if (taken > limits.bytes) throw new Error(`${taken} bytes of weights are beyond the allowance`)
            return []
          } catch (error) {
            if (!(error instanceof WeightFileError)) throw error
            return [error.message]
          }
        },
      }
    }
  },
}
