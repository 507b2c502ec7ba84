import { readFileSync } from "node:fs"
import { posix } from "node:path"

/** Reads a file of the system; throws where there is none. */
export type ReadSystemFile = (path: string) => string

/**
 * How many processes of this control group the system has ended for want of memory so far (`oom_kill`): read it before
 * and after a trial. Undefined where nothing counts: off Linux, or where the files cannot be read. Version 1
 * counts for each group alone (`memory.oom_control`), version 2 for a group with those below it (`memory.events`;
 * Linux, Documentation/admin-guide/cgroup-v2.rst), so this process's own group is asked first, then those above:
 * a container may show only its own group, as the root, or leave memory to a group further up.
 */
export function endedForMemory(read: ReadSystemFile = readText): number | undefined {
  const groups = tried(() => read("/proc/self/cgroup")) ?? ""
  // A line is `hierarchy:controllers:path`; in version 2 it is `0::path`.
  const first = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(groups)?.[1]
  const second = /^0::(\/.*)$/m.exec(groups)?.[1]
  const files = [
    ...(first === undefined ? [] : upwards("/sys/fs/cgroup/memory", first, "memory.oom_control")),
    ...(second === undefined ? [] : upwards("/sys/fs/cgroup", second, "memory.events")),
  ]
  for (const file of files) {
    const count = /^oom_kill (\d+)$/m.exec(tried(() => read(file)) ?? "")?.[1]
    if (count !== undefined) return Number(count)
  }
  return undefined
}

/** The file `name` in a group and in every group above it, the nearest first. */
function upwards(mount: string, group: string, name: string): readonly string[] {
  const above = posix.dirname(group)
  const here = posix.join(mount, group, name)
  return above === group ? [here] : [here, ...upwards(mount, above, name)]
}

function tried(read: () => string): string | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

function readText(path: string): string {
  return readFileSync(path, "utf8")
}
