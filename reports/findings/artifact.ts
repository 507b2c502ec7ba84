import { readFile } from "node:fs/promises"
import { resolve, sep } from "node:path"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"

/**
 * Bytes of a file that a completed trial left; null where it left none of the name, where it names one outside the attempt's
 * folder, and where the file cannot be read.
 */
export async function artifactOf(
  { status, result, folder }: TrialFinding,
  name: string,
): Promise<Buffer | null> {
  const path = status === "completed" ? result?.artifacts[name] : undefined
  if (path === undefined || folder === undefined) return null
  const file = resolve(folder, path)
  if (!file.startsWith(resolve(folder) + sep)) return null
  return readFile(file).catch(() => null)
}
