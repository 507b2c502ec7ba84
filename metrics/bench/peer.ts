import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"

/** What a peer computed: one number, or several by name. */
export type PeerValue = number | Readonly<Record<string, number>>

/** A script of another package that does the same work, in a process of its own. */
export interface Peer {
  /** What it says it is, e.g. `torch 2.13.0`. */
  readonly name: string
  /** Plays one round: its milliseconds, and what came of it where the script says so. */
  play(): Promise<{ readonly ms: number; readonly value?: PeerValue }>
  stop(): void
}

/**
 * Starts `peers/SCRIPT` with a Python. The script says one line of JSON, `{"name": ...}`, when it is ready, and then
 * answers each line `play` with `{"ms": ..., "value": ...}`.
 *
 * @throws one sentence when it ends before it answers, e.g. because the Python lacks a package
 */
export async function startPeer(python: string, script: string, args: readonly string[]): Promise<Peer> {
  const path = fileURLToPath(new URL(`./peers/${script}`, import.meta.url))
  const child = spawn(python, [path, ...args], { stdio: ["pipe", "pipe", "inherit"] })
  const failed = new Promise<never>((_, reject) => child.once("error", reject))
  failed.catch(() => undefined)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value, done } = await Promise.race([lines.next(), failed])
    if (done) {
      throw new Error(
        `Expected an answer from ${script}, but its process ended; give a Python that has the packages it imports.`,
      )
    }
    return JSON.parse(value) as { readonly name: string; readonly ms: number; readonly value?: PeerValue }
  }
  const { name } = await answer()
  return {
    name,
    async play() {
      child.stdin.write("play\n")
      return answer()
    },
    stop: () => child.kill(),
  }
}
