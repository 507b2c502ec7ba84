import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

/** A new empty folder that is removed when the test is finished, or by the caller where `keep` says so. */
export async function emptyFolder(keep = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-datasets-"))
  if (!keep) onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
