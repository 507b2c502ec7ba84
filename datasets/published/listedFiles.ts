import type { KnownFile } from "./knownSet.ts"

/**
 * Files of a list, a line each: name, length in bytes, SHA-256.
 * @param pathOf where a file of that name lies in its set's folder
 */
export function listedFiles(list: string, pathOf: (name: string) => string): readonly KnownFile[] {
  return list
    .trim()
    .split("\n")
    .map((line) => {
      const [name, bytes, sha256] = line.split(" ") as [string, string, string]
      return { name: pathOf(name), bytes: Number(bytes), sha256 }
    })
}
