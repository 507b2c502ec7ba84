import { readFileSync } from "node:fs"

/**
 * Watches for the system ending processes of this container or slice for want of memory: the function tells whether
 * that happened since. Linux control groups count it (version 2 `memory.events`, version 1 `memory.oom_control`);
 * elsewhere it is never known.
 */
export function watchForStarvation(read: () => number | undefined = endedForMemory): () => boolean {
  const before = read()
  return () => before !== undefined && (read() ?? before) > before
}

function endedForMemory(): number | undefined {
  for (const file of ["/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"]) {
    try {
      const count = /^oom_kill (\d+)$/m.exec(readFileSync(file, "utf8"))?.[1]
      if (count !== undefined) return Number(count)
    } catch {
      // Not this version.
    }
  }
  return undefined
}
