import { expect, test } from "vitest"
import { classifyEnd, type ProcessEnd } from "./failure.ts"

const ended = (end: Partial<ProcessEnd>) => classifyEnd({ exitCode: 1, signal: null, lastLines: [], ...end })

test("a refusal keeps its sentence", () => {
  expect(ended({ refusal: "Expected more." })).toEqual({ class: "refused", sentence: "Expected more." })
})

test.each([
  [
    "what the process said itself",
    { threw: "NoSuchDigit: 11", lastLines: ["Error: of something else"] },
    "NoSuchDigit: 11",
  ],
  [
    "an error by its name",
    { lastLines: ["TypeError: x is not a function", "    at f (a.ts:1:2)"] },
    "TypeError: x is not a function",
  ],
  [
    "an error whose class has another name",
    { lastLines: ["NoSuchDigit: 11", "    at f (a.ts:1:2)", "Node.js v20"] },
    "NoSuchDigit: 11",
  ],
  ["something that is no error", { lastLines: ["Uncaught Exception: x: y"] }, "Uncaught Exception: x: y"],
] as const)("a crash is told with %s", (_, end, words) => {
  expect(ended(end)).toEqual({
    class: "failed",
    sentence: `The trial's process ended with exit code 1 before it was done: ${words}`,
  })
})

test("lines that only look like it are not taken for it", () => {
  expect(ended({ lastLines: ["Loss: 3", "Note: slow"] }).sentence).toBe(
    "The trial's process ended with exit code 1 before it was done.",
  )
})

test("want of memory, silence and being asked have classes of their own", () => {
  expect(ended({ lastLines: ["FATAL ERROR: JavaScript heap out of memory"] }).class).toBe("out-of-memory")
  expect(ended({ signal: "SIGKILL", starved: true }).class).toBe("out-of-memory")
  expect(ended({ signal: "SIGKILL" }).class).toBe("preempted")
  expect(
    classifyEnd({ exitCode: null, signal: "SIGKILL", lastLines: [] }, { silent: true, left: false }).class,
  ).toBe("timed-out")
})
