const units = ["kB", "MB", "GB", "TB"]

/** `12 bytes`, `3.4 MB`: powers of 1000, two digits or more. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`
}
