import { readFile } from "node:fs/promises"
import { resolve, sep } from "node:path"
import type { TrialFinding } from "@saddlepoint/lab/store/reading/findings"

/**
 * Bytes of a file that a completed trial left; null where it left none of the name, where it names one outside the attempt's
 * folder, and where the file cannot be read.
 */
export async function artifactOf(trial: TrialFinding, name: string): Promise<Buffer | null> {
  const path = pathOf(trial, name)
  if (path === undefined || namesOutside(trial, name)) return null
  return readFile(path).catch(() => null)
}

/** Whether a trial names a file that lies outside its attempt's folder, which is never read. */
export function namesOutside(trial: TrialFinding, name: string): boolean {
  const path = pathOf(trial, name)
  return path !== undefined && !path.startsWith(resolve(trial.folder!) + sep)
}

function pathOf({ status, result, folder }: TrialFinding, name: string): string | undefined {
  const path = status === "completed" ? result?.artifacts[name] : undefined
  return path === undefined || folder === undefined ? undefined : resolve(folder, path)
}
