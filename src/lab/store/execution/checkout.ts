import { execFile } from "node:child_process"
import { promisify } from "node:util"
import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import { sha256 } from "./sha256.ts"

/** What git tells of a checkout; nothing outside one. */
export async function gitState(
  root: string,
): Promise<Pick<CodeIdentity, "commit" | "dirty" | "branch" | "patch">> {
  try {
    const [commit, branch, patch] = await Promise.all([
      git(root, "rev-parse", "HEAD"),
      git(root, "rev-parse", "--abbrev-ref", "HEAD"),
      readPatch(root),
    ])
    const dirty = patch.length > 0
    return {
      commit: String(commit).trim(),
      dirty,
      branch: String(branch).trim(),
      ...(dirty ? { patch: { sha256: sha256(patch), bytes: patch.length } } : {}),
    }
  } catch {
    return {}
  }
}

/** What tracked files differ in from the commit; empty where nothing does. Names are relative to the checkout. */
export function readPatch(root: string): Promise<Buffer> {
  return git(root, "diff", "HEAD", "--no-color", "--no-ext-diff", "--no-textconv", "--binary")
}

async function git(root: string, ...words: string[]): Promise<Buffer> {
  const options = { cwd: root, encoding: "buffer", maxBuffer: 2 ** 30 } as const
  return (await promisify(execFile)("git", ["--no-optional-locks", ...words], options)).stdout
}
