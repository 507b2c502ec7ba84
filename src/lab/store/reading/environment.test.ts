import { expect, test } from "vitest"
import { anEngine, anExecution, someCode } from "../../testing/plan.ts"
import { describeMachine } from "../execution/machine.ts"
import { environmentOf, type MadeBy, unlikeFiles } from "./environment.ts"

const machine = describeMachine()
const other = "f".repeat(16)
const made = (arm: string, more: Partial<MadeBy> = {}): MadeBy => ({
  arm,
  execution: anExecution,
  engine: anEngine,
  machine,
  code: someCode,
  judging: [],
  ...more,
})
const code = (digest: string, sources: Readonly<Record<string, string>>) => ({
  ...someCode,
  digest: digest.repeat(64),
  sources,
})

test("what is the same everywhere is told once; nothing is told of nothing", () => {
  expect(environmentOf([made("l1"), made("gan")])).toMatchObject({
    Execution: anExecution,
    Device: "cpu",
    Code: "c".repeat(16),
  })
  expect(environmentOf([])).toEqual({ Execution: "none" })
})

test("arms of unlike plug-ins have unlike code, and nothing is mixed where the files that they share agree", () => {
  const l1 = made("l1", { code: code("1", { "trial.ts": "a", "l1.ts": "b" }) })
  const gan = made("gan", { code: code("2", { "trial.ts": "a", "gan.ts": "c" }), execution: other })
  expect(environmentOf([l1, gan, { ...gan, arm: "wide" }])).toMatchObject({
    Code: `by arm: ${"1".repeat(16)} (l1); ${"2".repeat(16)} (gan, wide)`.replaceAll("; ", ", "),
    Execution: `by arm: ${anExecution} (l1), ${other} (gan, wide)`,
  })
})

test("a file that had several contents is named, and the code is called mixed", () => {
  const before = made("l1", { code: code("1", { "trial.ts": "a" }) })
  const after = made("gan", { code: code("2", { "trial.ts": "b" }), execution: other })
  expect(environmentOf([before, after])).toMatchObject({
    Execution: `mixed: ${anExecution} (1 trial), ${other} (1 trial)`,
    "Files of several contents": "trial.ts",
  })
})

test("code that judged is looked at as well", () => {
  const judging = (content: string) => [code(content, { "metrics/psnr.ts": content })]
  expect(
    environmentOf([made("l1", { judging: judging("a") }), made("l1", { judging: judging("b") })]),
  ).toMatchObject({
    "Files of several contents": "metrics/psnr.ts",
  })
  expect(unlikeFiles([code("a", { x: "1" }), code("b", { y: "1" })])).toEqual([])
})

test("another engine under the same arms is told with the number of trials, whatever the arms", () => {
  const more = { engine: { ...anEngine, threads: 2 }, execution: other }
  expect(environmentOf([made("l1"), made("gan", more)])).toMatchObject({
    "Threads per trial": "mixed: 1 (1 trial), 2 (1 trial)",
    Execution: `mixed: ${anExecution} (1 trial), ${other} (1 trial)`,
  })
})
