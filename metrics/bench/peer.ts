import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

/** A script of another package that does the same work, in a process of its own. */
export interface Peer {
  /** What it says it is, e.g. `torch 2.13.0`. */
  readonly name: string
  /** Milliseconds of one round. */
  play(): Promise<number>
  stop(): void
}

/**
 * Starts `peers/SCRIPT` with a Python. The script says one line of JSON, `{"name": ...}`, when it is ready, and then
 * answers each line `play` with `{"ms": ...}`.
 *
 * @throws one sentence when it ends before it answers, e.g. because the Python lacks a package
 */
export async function startPeer(python: string, script: string, args: readonly string[]): Promise<Peer> {
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url))
  const child = spawn(python, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] })
  const failed = new Promise<never>((_, reject) => child.once("error", reject))
  failed.catch(() => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<{ readonly name: string; readonly ms: number }> => {
    const { value, done } = await Promise.race([lines.next(), failed])
    if (done) {
      throw new Error(
        `Expected an answer from ${script}, but its process ended; give a Python that has the packages it imports.`,
      )
    }
    return JSON.parse(value)
  }
  const { name } = await answer()
  return {
    name,
    async play() {
      child.stdin.write("play\n")
      return (await answer()).ms
    },
    stop: () => child.kill(),
  }
}
