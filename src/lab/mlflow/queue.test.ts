import { expect, test } from "vitest"
import { openQueue } from "./queue.ts"

test("work of one key is done one at a time, and once more for any number of wishes meanwhile", async () => {
  let running = 0
  let most = 0
  let done = 0
  const queue = openQueue<string>(
    4,
    async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((next) => setTimeout(next, 10))
      running -= 1
      done += 1
    },
    () => false,
  )
  queue.want("a")
  expect(done + running).toBe(0)
  await new Promise((next) => setTimeout(next, 5))
  for (let i = 0; i < 10; i += 1) queue.want("a")
  await queue.drain()
  expect([done, most]).toEqual([2, 1])
})

test("at most so many works run at a time, and all are done", async () => {
  let running = 0
  let most = 0
  const done = new Set<number>()
  const queue = openQueue<number>(
    3,
    async (key) => {
      most = Math.max(most, ++running)
      await new Promise((next) => setImmediate(next))
      running -= 1
      done.add(key)
    },
    () => false,
  )
  for (let key = 0; key < 20; key += 1) queue.want(key)
  await queue.drain()
  expect([done.size, most]).toEqual([20, 3])
})

test("what failed for a time is done again after another work succeeded; what failed for good at the end only", async () => {
  const tries: string[] = []
  let broken = true
  const queue = openQueue<string>(
    1,
    async (key) => {
      tries.push(key)
      if (key === "wrong" || (key === "early" && broken)) throw key
      broken = false
    },
    (error) => error === "early",
  )
  for (const key of ["early", "wrong", "late"]) queue.want(key)
  await new Promise((next) => setTimeout(next, 20))
  expect(tries).toEqual(["early", "wrong", "late", "early"])
  await queue.drain()
  expect(tries.slice(4)).toEqual(["wrong"])
  expect([...queue.failed()]).toEqual(["wrong"])
})
