/**
 * What a column holds: `text`; `whole` numbers, exact up to 2^53; `number`, float64; `truth`, true or false. It depends on what the
 * column is and not on whether its numbers happen to be whole, so that tables of several experiments may be put under each other.
 */
export type ColumnKind = "text" | "whole" | "number" | "truth"

export interface Column {
  readonly name: string
  readonly kind: ColumnKind
}

/** `null` where there is no value. A number may be NaN or infinite only where the table says so. */
export type Cell = string | number | boolean | null

/** A value of a record, in which the empty text stands for none. */
export function cellOf(value: Cell | undefined): Cell {
  return value === undefined || value === "" ? null : value
}

/** A table with a name and a kind for each column. */
export interface Table {
  /** No two have the same name. */
  readonly columns: readonly Column[]
  /** Cells in the order of the columns. May be made as they are asked for, so that a long table is never in memory as a whole. */
  readonly rows: Iterable<readonly Cell[]>
}

/**
 * The table as RFC 4180 has it, line by line, with a line of names; values as ECMAScript prints them, so that no digit is lost, and
 * nothing where there is none.
 */
export function* csvLines({ columns, rows }: Table): Generator<string> {
  yield line(columns.map(({ name }) => name))
  for (const row of rows) yield line(row)
}

/** Each row as an object by column; numbers that JSON does not know as the texts `NaN`, `Infinity` and `-Infinity`. */
export function* rowObjects({ columns, rows }: Table): Generator<Readonly<Record<string, Cell>>> {
  for (const row of rows) {
    yield Object.fromEntries(columns.map(({ name }, at) => [name, inJson(row[at] ?? null)]))
  }
}

function line(cells: readonly Cell[]): string {
  return `${cells.map(field).join(",")}\r\n`
}

function field(cell: Cell): string {
  const text = cell === null ? "" : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function inJson(cell: Cell): Cell {
  return typeof cell === "number" && !Number.isFinite(cell) ? String(cell) : cell
}
