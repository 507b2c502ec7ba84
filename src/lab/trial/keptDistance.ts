import { decodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { decodeUpright } from "@saddlepoint/datasets/formats/decodeUpright"
import type { Answers } from "../contracts/answers.ts"
import type { KeptFile } from "./keep/keeping.ts"

/**
 * How far apart two kept files of one name are: of answers the share of examples that are answered otherwise, of features the
 * largest |difference| over the largest |value|, of pictures the mean |difference| of bytes over 255. Undefined where no number
 * tells, e.g. where a picture has another size or a file cannot be read.
 */
export async function keptDistance(
  name: KeptFile["name"],
  recorded: Uint8Array,
  replayed: Uint8Array,
): Promise<number | undefined> {
  try {
    if (name === "answers") return answersDistance(parsed(recorded), parsed(replayed))
    if (name === "features") return featuresDistance(recorded, replayed)
    const [one, other] = await Promise.all([decodeUpright(recorded), decodeUpright(replayed)])
    const shape = ({ height, width, channels }: typeof one) => `${[height, width, channels]}`
    if (shape(one) !== shape(other)) return undefined
    const sum = one.pixels.reduce((all, byte, at) => all + Math.abs(byte - other.pixels[at]!), 0)
    return sum / one.pixels.length / 255
  } catch {
    return undefined
  }
}

const parsed = (bytes: Uint8Array): Answers => JSON.parse(Buffer.from(bytes).toString("utf8"))

function answersDistance(one: Answers, other: Answers): number | undefined {
  const fixed = ({ classes, source, target }: Answers) =>
    JSON.stringify([classes, source.labels, target.labels])
  if (fixed(one) !== fixed(other)) return undefined
  const given = ({ source, target }: Answers) => [...source.answers, ...target.answers]
  const [before, now] = [given(one), given(other)]
  if (before.length !== now.length) return undefined
  return before.filter((answer, at) => answer !== now[at]).length / before.length
}

function featuresDistance(one: Uint8Array, other: Uint8Array): number | undefined {
  const [before, now] = [decodeSafetensors(one), decodeSafetensors(other)]
  const shapes = (of: typeof before) => JSON.stringify(Object.keys(of).map((name) => [name, of[name]!.shape]))
  if (shapes(before) !== shapes(now)) return undefined
  let [gap, largest] = [0, 0]
  for (const [name, { values }] of Object.entries(before)) {
    for (const [at, value] of values.entries()) {
      gap = Math.max(gap, Math.abs(value - now[name]!.values[at]!))
      largest = Math.max(largest, Math.abs(value))
    }
  }
  const share = gap / largest
  return Number.isNaN(share) ? undefined : share
}
