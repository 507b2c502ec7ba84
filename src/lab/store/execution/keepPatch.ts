import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import { writeDurably } from "../files/durable.ts"
import { experimentFolder } from "../files/layout.ts"
import { readPatch } from "./checkout.ts"
import { frameworkRoot } from "./frameworkRoot.ts"
import { sha256 } from "./sha256.ts"

/** Longer patches are known by their digest only. */
const longestPatch = 2 ** 20

/**
 * Keeps the patch of changed code as `STORE/<experiment>/patches/<sha256>.patch`, once for all trials that run it; gives
 * whether it is kept. Not when it is longer than 1 MiB, or when the code has changed since it was identified.
 */
export async function keepPatch(
  store: string,
  experiment: string,
  { patch }: Pick<CodeIdentity, "patch">,
  childEntry: string,
): Promise<boolean> {
  if (patch === undefined || patch.bytes > longestPatch) return false
  const file = join(experimentFolder(store, experiment), "patches", `${patch.sha256}.patch`)
  if (existsSync(file)) return true
  const bytes = await readPatch(frameworkRoot(dirname(resolve(childEntry))))
  if (sha256(bytes) !== patch.sha256) return false
  writeDurably(file, bytes)
  return true
}
