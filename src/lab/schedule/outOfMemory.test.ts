import { expect, test } from "vitest"
import { endedForMemory } from "./outOfMemory.ts"

/** A system that has these files and no others. */
function system(files: Readonly<Record<string, string>>) {
  return (path: string) => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }
}

const events = (kills: number) => `low 0\nhigh 0\nmax 12\noom 3\noom_kill ${kills}\noom_group_kill 0\n`
const control = (kills: number) => `oom_kill_disable 0\nunder_oom 0\noom_kill ${kills}\n`

test("version 2 tells the count of the process's own group", () => {
  const read = system({
    "/proc/self/cgroup": "0::/user.slice/session-1.scope\n",
    "/sys/fs/cgroup/user.slice/session-1.scope/memory.events": events(4),
    "/sys/fs/cgroup/user.slice/memory.events": events(9),
  })
  expect(endedForMemory(read)).toBe(4)
})

test("version 2 asks the groups above where the own one does not govern memory", () => {
  const read = system({
    "/proc/self/cgroup": "0::/user.slice/session-1.scope\n",
    "/sys/fs/cgroup/user.slice/memory.events": events(9),
  })
  expect(endedForMemory(read)).toBe(9)
})

test("version 1 tells the count of the process's own group, not of the root", () => {
  const read = system({
    "/proc/self/cgroup": "9:name=systemd:/\n4:memory:/jobs/17\n0::/\n",
    "/sys/fs/cgroup/memory/memory.oom_control": control(0),
    "/sys/fs/cgroup/memory/jobs/17/memory.oom_control": control(2),
  })
  expect(endedForMemory(read)).toBe(2)
})

test("a container that shows its own group as the root is understood, in both versions", () => {
  const one = {
    "/proc/self/cgroup": "7:cpu,memory:/docker/abc\n",
    "/sys/fs/cgroup/memory/memory.oom_control": control(1),
  }
  expect(endedForMemory(system(one))).toBe(1)
  const two = { "/proc/self/cgroup": "0::/docker/abc\n", "/sys/fs/cgroup/memory.events": events(5) }
  expect(endedForMemory(system(two))).toBe(5)
})

test("where nothing counts, the count is unknown", () => {
  expect(endedForMemory(system({}))).toBeUndefined()
  expect(endedForMemory(system({ "/proc/self/cgroup": "0::/\n" }))).toBeUndefined()
  const old = {
    "/proc/self/cgroup": "4:memory:/\n",
    "/sys/fs/cgroup/memory/memory.oom_control": "under_oom 0\n",
  }
  expect(endedForMemory(system(old))).toBeUndefined()
})

test("on this machine the count is a whole number or unknown", () => {
  const count = endedForMemory()
  expect(count === undefined || Number.isInteger(count)).toBe(true)
})
