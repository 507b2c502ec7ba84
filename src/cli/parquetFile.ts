import { closeSync, fsyncSync, openSync, rmSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { errorCode, syncFolder } from "@saddlepoint/lab/store/files/durable"
import { claimName } from "@saddlepoint/lab/store/files/exclusive"
import type { Cell, Column, ColumnKind, Table } from "@saddlepoint/lab/store/reading/table"
import { fileWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer"
import { WrongCall } from "./exit.ts"

/** Cells that are in memory at a time: a row group has as many rows as there is room for. */
const cellsAtOnce = 2 ** 20

const types = {
  text: "STRING",
  whole: "INT64",
  number: "DOUBLE",
  truth: "BOOLEAN",
} as const satisfies Record<ColumnKind, string>

/**
 * Writes a table as Parquet, compressed by Snappy: texts as UTF-8 strings, whole numbers as int64, others as float64, and null where
 * there is no value. The file is there whole or not at all, and takes no other's place.
 *
 * @param file as the user wrote it
 * @returns how many rows it has
 * @throws WrongCall where there is such a file, or no folder for it; an error with a sentence where it cannot be written
 */
export function writeParquet(file: string, { columns, rows }: Table): number {
  refuseTaken(file)
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.draft`)
  try {
    const written = writeRows(draft, columns, rows)
    sync(draft)
    if (!claimName(draft, file)) throw taken(file)
    return written
  } catch (error) {
    throw toldOf(file, error)
  } finally {
    rmSync(draft, { force: true })
    syncFolder(dirname(file))
  }
}

/** Refuses a name that is taken, and one in no folder, before anything is read. */
export function refuseTaken(file: string): void {
  const isThere = (path: string) => {
    try {
      return statSync(path, { throwIfNoEntry: false })
    } catch (error) {
      if (errorCode(error) === "ENOTDIR") return undefined
      throw toldOf(file, error)
    }
  }
  if (file.trim() === "") throw new WrongCall("Expected the name of a file after --parquet, but got none.")
  if (isThere(file) !== undefined) throw taken(file)
  if (isThere(dirname(file))?.isDirectory() !== true) {
    throw new WrongCall(
      `Expected a folder to write ${basename(file)} into after --parquet, but ${dirname(file)} is none; make it first.`,
    )
  }
}

function taken(file: string): WrongCall {
  return new WrongCall(
    `Expected a name after --parquet that is free, but ${file} is there already; give another, or remove it.`,
  )
}

/** What the system says, in a sentence; anything else as it is. */
function toldOf(file: string, error: unknown): unknown {
  if (errorCode(error) === undefined) return error
  const { message } = error as Error
  return new Error(`Expected to write ${file}, but got ${message}; give another place after --parquet.`)
}

function writeRows(draft: string, columns: readonly Column[], rows: Iterable<readonly Cell[]>): number {
  const sources = (group: readonly (readonly Cell[])[]) =>
    columns.map(({ name, kind }, at) => ({
      name,
      type: types[kind],
      data: group.map((row) => stored(row[at] ?? null, kind)),
    }))
  const schema = schemaFromColumnData({ columnData: sources([]) })
  const writer = new ParquetWriter({ writer: fileWriter(draft), schema, createdBy: "saddlepoint" })
  const most = Math.max(1, Math.floor(cellsAtOnce / columns.length))
  let group: (readonly Cell[])[] = []
  let written = 0
  const flush = () => {
    const columnData = sources(group).map(({ name, data }) => ({ name, data }))
    writer.write({ columnData, rowGroupSize: most })
    written += group.length
    group = []
  }
  for (const row of rows) {
    group.push(row)
    if (group.length === most) flush()
  }
  if (group.length > 0) flush()
  writer.finish()
  return written
}

function stored(cell: Cell, kind: ColumnKind): Cell | bigint {
  return kind === "whole" && typeof cell === "number" ? BigInt(cell) : cell
}

function sync(file: string): void {
  const handle = openSync(file, "r+")
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
