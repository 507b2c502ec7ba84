import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Cell, Table } from "@saddlepoint/lab/store/reading/table"
import { parquetMetadata, parquetReadObjects } from "hyparquet"
import { afterAll, beforeEach, expect, test } from "vitest"
import { WrongCall } from "./exit.ts"
import { writeParquet } from "./parquetFile.ts"
import { temporaryFolder } from "./testing/saddlepoint.ts"

const places: ReturnType<typeof temporaryFolder>[] = []
let folder: string
beforeEach(() => {
  const place = temporaryFolder()
  places.push(place)
  folder = place.folder
})
afterAll(() => {
  for (const place of places) place.remove()
})

const columns: Table["columns"] = [
  { name: "arm", kind: "text" },
  { name: "seed", kind: "whole" },
  { name: "method.losses[0].weight", kind: "number" },
  { name: "higherIsBetter", kind: "truth" },
  { name: "empty", kind: "text" },
]

function bytesOf(file: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(file)
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer
}
const readBack = (file: string) => parquetReadObjects({ file: bytesOf(file) })

test("texts, whole numbers, float64, truths and nothing come back as they were, in their own types", async () => {
  const file = join(folder, "results.parquet")
  const rows: Cell[][] = [
    ['naïve, "quoted"\n', 2 ** 53 - 1, 0.1 + 0.2, true, null],
    [null, null, null, null, null],
    ["", 0, Number.NaN, false, null],
    ["l1", -3, Number.NEGATIVE_INFINITY, false, null],
  ]
  expect(writeParquet(file, { columns, rows })).toBe(4)
  const names = columns.map(({ name }) => name)
  const stored = rows.map((row) =>
    row.map((cell, at) => (at === 1 && cell !== null ? BigInt(Number(cell)) : cell)),
  )
  const found = await readBack(file)
  expect(found.map((row) => names.map((name) => row[name]))).toEqual(stored)
  const [, ...types] = parquetMetadata(bytesOf(file)).schema
  expect(types.map(({ name, type, converted_type }) => [name, type, converted_type])).toEqual([
    ["arm", "BYTE_ARRAY", "UTF8"],
    ["seed", "INT64", undefined],
    ["method.losses[0].weight", "DOUBLE", undefined],
    ["higherIsBetter", "BOOLEAN", undefined],
    ["empty", "BYTE_ARRAY", "UTF8"],
  ])
})

test("a table without a row still tells its columns", async () => {
  const file = join(folder, "none.parquet")
  expect(writeParquet(file, { columns, rows: [] })).toBe(0)
  const { schema, num_rows } = parquetMetadata(bytesOf(file))
  expect([schema.length, num_rows]).toEqual([6, 0n])
})

test("a long table is written in several row groups, and no row of it is lost or moved", async () => {
  const file = join(folder, "long.parquet")
  const long = 2 ** 20 + 7
  function* rows(): Generator<Cell[]> {
    for (let step = 0; step < long; step++) yield [step]
  }
  expect(writeParquet(file, { columns: [{ name: "step", kind: "number" }], rows: rows() })).toBe(long)
  const { row_groups } = parquetMetadata(bytesOf(file))
  expect(row_groups.map(({ num_rows }) => num_rows)).toEqual([BigInt(2 ** 20), 7n])
  const found = await readBack(file)
  expect(found).toHaveLength(long)
  expect(found.every(({ step }, at) => step === at)).toBe(true)
})

test("a file that is there stays as it is, also one that came while the table was written", () => {
  const file = join(folder, "kept.parquet")
  writeFileSync(file, "mine")
  const write = () => writeParquet(file, { columns, rows: [] })
  expect(write).toThrow(WrongCall)
  expect(write).toThrow(
    /^Expected a name after --parquet that is free, but .*kept\.parquet is there already; /,
  )
  const late = join(folder, "late.parquet")
  function* rows(): Generator<Cell[]> {
    writeFileSync(late, "theirs")
    yield ["l1", 1, 1, true, null]
  }
  expect(() => writeParquet(late, { columns, rows: rows() })).toThrow(/late\.parquet is there already/)
  expect([file, late].map((path) => readFileSync(path, "utf8"))).toEqual(["mine", "theirs"])
  expect(readdirSync(folder).sort()).toEqual(["kept.parquet", "late.parquet"])
})

test("where the table cannot be made, nothing is left", () => {
  function* rows(): Generator<Cell[]> {
    yield ["l1", 1, 1, true, null]
    throw new Error("A journal cannot be read.")
  }
  const file = join(folder, "half.parquet")
  expect(() => writeParquet(file, { columns, rows: rows() })).toThrow("A journal cannot be read.")
  expect(readdirSync(folder)).toEqual([])
})

test("no folder, no name and a place that cannot be written are a sentence each", () => {
  const write = (file: string) => () => writeParquet(file, { columns, rows: [] })
  expect(write(" ")).toThrow("Expected the name of a file after --parquet, but got none.")
  expect(write(join(folder, "no", "x.parquet"))).toThrow(
    /^Expected a folder to write x\.parquet into after --parquet, but .*no is none; make it first\.$/,
  )
  const long = `${"x".repeat(300)}.parquet`
  expect(write(join(folder, long))).toThrow(
    /^Expected to write .*, but got ENAMETOOLONG: .*; give another place after --parquet\.$/,
  )
})
