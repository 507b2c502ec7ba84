/** Rows of words below each other, each column as wide as its longest word, without trailing space. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]!.length)))
  return rows.map((row) =>
    row
      .map((word, at) => word.padEnd(widths[at]!))
      .join("  ")
      .trimEnd(),
  )
}
