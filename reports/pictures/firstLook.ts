import sharp from "sharp"
import type { Examples } from "./examples.ts"
import type { Pictures } from "./pictures.ts"
import type { Sheets } from "./sheets.ts"
import type { Strip } from "./strip.ts"

/** Examples that are looked at before anything is read. */
const most = 3
/** Widths in pixels of one example and of a sheet. */
const widths = { example: 96, sheet: 192 } as const

/** What the arms made, small enough to stand beside the answer: the first examples, or whole sheets. */
export async function firstLookAt(pictures: Pictures): Promise<Pictures> {
  return "examples" in pictures ? first(pictures) : smaller(pictures)
}

async function first(pictures: Examples): Promise<Examples> {
  const examples = Math.min(most, pictures.examples)
  const cut = async (strip: Strip): Promise<Strip> => {
    const pitch = strip.height / pictures.examples
    const height = Math.min(strip.height, Math.floor(examples * pitch))
    return resized(strip, { ...strip, height }, widths.example)
  }
  return {
    ...pictures,
    examples,
    input: await cut(pictures.input),
    target: await cut(pictures.target),
    arms: await Promise.all(pictures.arms.map(async (each) => ({ ...each, output: await cut(each.output) }))),
  }
}

async function smaller(pictures: Sheets): Promise<Sheets> {
  const small = (strip: Strip) => resized(strip, strip, widths.sheet)
  return {
    ...pictures,
    real: pictures.real && (await small(pictures.real)),
    arms: await Promise.all(pictures.arms.map(async (each) => ({ ...each, sheet: await small(each.sheet) }))),
  }
}

/** The top of a strip, no wider than asked for. */
async function resized(
  { uri }: Strip,
  { width, height }: Pick<Strip, "width" | "height">,
  most: number,
): Promise<Strip> {
  const { data, info } = await sharp(Buffer.from(uri.slice(uri.indexOf(",") + 1), "base64"))
    .extract({ left: 0, top: 0, width, height })
    .resize({ width: most, withoutEnlargement: true })
    .webp({ quality: 85, effort: 4, smartSubsample: true })
    .toBuffer({ resolveWithObject: true })
  return { uri: `data:image/webp;base64,${data.toString("base64")}`, width: info.width, height: info.height }
}
