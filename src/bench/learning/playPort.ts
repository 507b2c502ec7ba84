import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { readNumbers } from "./arrayFolder.ts"
import type { Port } from "./recipe.ts"

const script = fileURLToPath(new URL("../peers/torch_recipe.py", import.meta.url))

/** What a port says of the trial that it played. */
export interface PortPlayed {
  /** Version of PyTorch. */
  readonly torch: string
  /** Of training. */
  readonly seconds: number
  /** Of the first steps, by our names; none where dropout is in them, whose masks are the port's own. */
  readonly losses: readonly Readonly<Record<string, number>>[]
  /** The step in which a loss became non-finite; null where none did. */
  readonly diverged: number | null
}

/**
 * Plays an exported trial in PyTorch, on one thread, and waits for it.
 * @param python one that has PyTorch, as `findPython` gives it
 * @returns what it says, and its answers to all test images, row-major
 * @throws one sentence when the port refuses the trial or fails
 */
export function playPort(
  python: string,
  port: Port,
  folder: string,
): { readonly played: PortPlayed; readonly answers: Float32Array } {
  const { status, stderr, error } = spawnSync(python, [script, port, folder], { encoding: "utf8" })
  if (status !== 0) {
    const cause = error?.message ?? stderr.trim().split("\n").at(-1)
    throw new Error(`Expected the port ${port} to play the trial in PyTorch, but it ended: ${cause}`)
  }
  return {
    played: JSON.parse(readFileSync(join(folder, "played.json"), "utf8")),
    answers: readNumbers(join(folder, "answers.bin")),
  }
}
