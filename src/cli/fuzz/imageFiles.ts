import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { crc32 } from "node:zlib"
import type { Dataset } from "@saddlepoint/core/contracts/dataset"
import { neutral } from "@saddlepoint/core/contracts/neutral"
import { cmpFacadesPlugin } from "@saddlepoint/datasets/cmpFacades"
import { folderImages } from "@saddlepoint/datasets/formats/folderImages"
import { imageFolderPlugin } from "@saddlepoint/datasets/imageFolder"
import { pairsPlugin } from "@saddlepoint/datasets/pairs"
import { writeClassFolders } from "@saddlepoint/datasets/testing/imageFolders"
import { imageSamples } from "@saddlepoint/datasets/testing/imageSamples"
import { writeCmpFolder } from "@saddlepoint/datasets/testing/pairFolder"
import { unpairedPlugin } from "@saddlepoint/datasets/unpaired"
import type { Stream } from "@saddlepoint/engine/random"
import { mutatedBytes, oneOf } from "./mutateBytes.ts"
import type { Case, Subject } from "./subject.ts"

/** A folder of images that are right, beside which one is put, and how it is read. */
interface Place {
  /** Where the image is put. */
  readonly folder: string
  /** Reads everything; sentences where something is missing. */
  read(): Promise<readonly string[]>
}

const shares = { validation: 0.2, test: 0.2, seed: 0 }

async function placesIn(files: string): Promise<Readonly<Record<string, Place>>> {
  const [classes, flat, pairs, cmp] = ["classes", "flat", "pairs", "cmp"].map((name) => join(files, name))
  await writeClassFolders(classes!, ["a", "b"], 5)
  await writeClassFolders(flat!, ["train"], 5, 20)
  await writeCmpFolder(cmp!)
  await writeCmpFolder(pairs!)
  const flatFolder = join(flat!, "train")
  const imageFolder = (folder: string, labels: string) =>
    imageFolderPlugin.build({ folder, labels, size: 16, channels: 3, ...shares })
  const unpaired = { A: imageFolder(flatFolder, "none"), B: imageFolder(join(classes!, "b"), "none") }
  const of = (folder: string, dataset: unknown) => ({ folder, read: () => readAll(dataset as Dataset) })
  return {
    "class folders": of(join(classes!, "a"), imageFolder(classes!, "folders")),
    "flat folder": of(flatFolder, imageFolder(flatFolder, "none")),
    pairs: of(
      join(pairs!, "train"),
      pairsPlugin.build({ folder: pairs, size: 16, direction: "leftToRight", ...shares }),
    ),
    facades: of(join(cmp!, "train"), cmpFacadesPlugin.build({ folder: cmp, size: 16 })),
    unpaired: of(flatFolder, unpairedPlugin.build(unpaired)),
    "folder to judge": {
      folder: flatFolder,
      async read() {
        for await (const _ of folderImages(flatFolder));
        return []
      },
    },
  }
}

/** What a plan asks of a dataset, and then every example of every split as a trial reads it. */
async function readAll(dataset: Dataset): Promise<readonly string[]> {
  const missing = await dataset.missing()
  if (missing.length > 0) return missing
  await dataset.digest()
  const { splits } = await dataset.open()
  for (const split of Object.values(splits)) await split.read([...Array(split.size).keys()])
  return []
}

/** An image of any kind with something done to its bytes or to the size that it says. */
function damagedImage(samples: ReadonlyMap<string, Buffer>, draw: Stream) {
  const name = oneOf(draw, [...samples.keys()])
  const sample = samples.get(name)!
  const way = draw.integer(10)
  if (way === 0) return { bytes: sample, kind: `${name}, as it is` }
  if (way === 1 && name.includes("png"))
    return { bytes: otherSize(sample, draw), kind: `${name}, other size` }
  const { bytes, kind } = mutatedBytes(sample, draw)
  return { bytes: way < 6 && name.includes("png") ? withSums(bytes) : bytes, kind: `${name}, ${kind}` }
}

/** A PNG that says it has another width, height or depth. */
function otherSize(png: Buffer, draw: Stream): Buffer {
  const changed = Buffer.from(png)
  const sides = [0, 1, 2, 31, 1000, 16_383, 16_384, 65_535, 1_000_000, 0x7fffffff, 0xffffffff]
  changed.writeUInt32BE(oneOf(draw, sides), 16)
  if (draw.integer(2) === 0) changed.writeUInt32BE(oneOf(draw, sides), 20)
  if (draw.integer(4) === 0) changed[24] = oneOf(draw, [0, 1, 2, 4, 8, 16, 32])
  if (draw.integer(4) === 0) changed[25] = draw.integer(8)
  return withSums(changed)
}

/** A PNG with the checksums of what its chunks hold, so that damage gets past them. */
function withSums(png: Buffer): Buffer {
  const whole = Buffer.from(png)
  for (let at = 8; at + 12 <= whole.length; ) {
    const end = at + 8 + whole.readUInt32BE(at)
    if (end + 4 > whole.length) break
    whole.writeUInt32BE(crc32(whole.subarray(at + 4, end)), end)
    at = end + 4
  }
  return whole
}

const endings = ["png", "jpg", "jpeg", "webp", "PNG"]

/** Images in the folders of datasets of all forms. */
export const imageFiles: Subject = {
  async open({ files }) {
    const samples = await imageSamples()
    const places = await placesIn(files)
    return (draw): Case => {
      const { bytes, kind } = damagedImage(samples, draw)
      const place = oneOf(draw, Object.keys(places))
      const { folder, read } = places[place]!
      const path = join(folder, `given.${oneOf(draw, endings)}`)
      return {
        kind: `${kind}, in ${place}`,
        async run() {
          mkdirSync(folder, { recursive: true })
          writeFileSync(path, bytes)
          const sentences = await read().catch((error: unknown) => {
            const plain = error instanceof Error && ["Error", "BadPair"].includes(error.name)
            if (!plain) throw error
            return [error.message]
          })
          rmSync(path)
          return naming(path, sentences)
        },
      }
    }
  },
}

function naming(path: string, sentences: readonly string[]): readonly string[] {
  const other = sentences.find((text) => !text.includes(path))
  if (other !== undefined) throw new Error(`a sentence does not name the file: ${other}`)
  return sentences.map(neutral)
}
