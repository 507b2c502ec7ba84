import sharp from "sharp"
import { expect, test } from "vitest"
import type { Examples } from "./examples.ts"
import { firstLookAt } from "./firstLook.ts"
import type { Sheets } from "./sheets.ts"
import type { Strip } from "./strip.ts"

async function flat(width: number, height: number): Promise<Strip> {
  const create = { width, height, channels: 3, background: "#336699" } as const
  const data = await sharp({ create }).webp().toBuffer()
  return { uri: `data:image/webp;base64,${data.toString("base64")}`, width, height }
}

test("of many examples the first three stand beside the answer, of few all", async () => {
  for (const [examples, height, shown] of [
    [6, 6 * 68, 3],
    [2, 2 * 68, 2],
  ] as const) {
    const strip = await flat(64, height)
    const pictures: Examples = {
      kind: "pairs",
      examples,
      input: strip,
      target: strip,
      arms: [],
      missing: ["l2: its picture cannot be read."],
    }
    const look = (await firstLookAt(pictures)) as Examples
    expect(look).toMatchObject({ kind: "pairs", examples: shown, missing: pictures.missing })
    for (const { width, height: tall } of [look.input, look.target])
      expect([width, tall]).toEqual([64, shown * 68])
  }
})

test("a sheet is shown whole and small", async () => {
  const pictures: Sheets = { kind: "samples", real: await flat(384, 384), arms: [], missing: [] }
  const look = (await firstLookAt(pictures)) as Sheets
  expect(look.real).toMatchObject({ width: 192, height: 192 })
  expect(((await firstLookAt({ ...pictures, real: null })) as Sheets).real).toBeNull()
})
