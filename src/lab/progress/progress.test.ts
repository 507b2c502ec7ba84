import { expect, test } from "vitest"
import type { RunEvent } from "../contracts/runEvent.ts"
import { anExecution, aTrial } from "../testing/plan.ts"
import { clock, liveLines } from "./liveLines.ts"
import { follow, standstill } from "./pace.ts"
import { openProgress } from "./progress.ts"

const [l1, l2, gan] = [aTrial("l1", 1), aTrial("l2", 1), aTrial("gan", 1)] as const
const progress = (trial: typeof l1, worker: number, step: number): RunEvent => ({
  type: "progress",
  trial,
  worker,
  phase: "training",
  stage: "translate",
  step,
  steps: 10,
  losses: { "generator/l1": 9, "generator/total": 0.5 / step, "discriminator/total": 0.7 },
})
const failure = {
  schema: 1,
  trial: gan.id,
  attempt: 1,
  execution: anExecution,
  class: "preempted",
  exitCode: null,
  signal: "SIGKILL",
  lastLines: [],
  sentence: "The trial's process was ended by SIGKILL from outside.",
} as const

/** Plays a short run at whole seconds; `look` draws in between. */
function rehearse(isTTY: boolean, columns = 120): string {
  let written = ""
  let seconds = 0
  const stream = {
    isTTY,
    columns,
    write(text: string) {
      written += text
      return true
    },
  }
  const shown = openProgress({ stream, now: () => seconds, every: 1e6 })
  const at = (time: number, ...events: readonly RunEvent[]) => {
    seconds = time
    for (const event of events) shown.show(event)
  }
  at(0, { type: "planned", trials: 4, reused: 1, workers: 2, missing: [l1, l2, gan] })
  at(0, { type: "launched", trial: l1, worker: 0, go: 1 }, { type: "launched", trial: l2, worker: 1, go: 1 })
  at(4, progress(l1, 0, 4), progress(l2, 1, 2))
  shown.look()
  at(10, { type: "finished", trial: l1, worker: 0, status: "completed" })
  at(10, { type: "launched", trial: gan, worker: 0, go: 1 })
  at(12, { type: "failed", trial: gan, worker: 0, failure, retrying: true })
  at(12, { type: "launched", trial: gan, worker: 0, go: 2 })
  at(15, { type: "finished", trial: l2, worker: 1, status: "diverged", evidence: "generator/total is NaN." })
  at(17, { type: "failed", trial: gan, worker: 0, failure, retrying: false })
  shown.close()
  shown.look()
  return written
}

test("elsewhere than on a terminal, progress is plain lines", () => {
  // Time left: at 4 s, l1 needs 4/4 s a step for 6 more, l2 4/2 s for 8 more, gan (4+4)/(4+2) s for 10: (6+16+13.3)/2.
  expect(rehearse(false)).toBe(
    [
      "4 trials: 1 have a result, 3 to play with 2 workers.",
      "[0:04] l1 seed 1 training 4/10 generator 0.1250  discriminator 0.7000; " +
        "l2 seed 1 training 2/10 generator 0.2500  discriminator 0.7000 " +
        "(0 done, 0 failed, 3 remaining, 0:04 elapsed, about 0:18 left)",
      // At 10 s, l1 took 1 s a step: gan 10 s; l2 is at 2 of 10 steps after 10 s: 40 s, the longest.
      "[0:10] l1 seed 1 finished in 0:10 (1 done, 0 failed, 2 remaining, 360 trials an hour, 0:10 elapsed, about 0:40 left)",
      "gan seed 1 failed: The trial's process was ended by SIGKILL from outside. Starting it once more.",
      "[0:15] l2 seed 1 diverged in 0:15: generator/total is NaN. " +
        "(2 done, 1 of them diverged, 0 failed, 1 remaining, 480 trials an hour, 0:15 elapsed, about 0:10 left)",
      "gan seed 1 failed: The trial's process was ended by SIGKILL from outside.",
      "",
    ].join("\n"),
  )
})

test("on a terminal the lines are redrawn in place, bad news stays, and nothing else is left", () => {
  const screen = render(rehearse(true))
  expect(screen.lines).toEqual([
    "4 trials: 1 have a result, 3 to play with 2 workers.",
    "gan seed 1 failed: The trial's process was ended by SIGKILL from outside. Starting it once more.",
    "l2 seed 1 diverged: generator/total is NaN.",
    "gan seed 1 failed: The trial's process was ended by SIGKILL from outside.",
  ])
  expect(screen).toMatchObject({ cursor: true, wrap: true })
})

test("a terminal shows a bar, the loss and the time left for each worker, and the whole below", () => {
  const drawn = rehearse(true).split("\x1b[?25l\x1b[?7l")
  const look = drawn.findLast((frame) => frame.includes("4/10")) as string
  expect(render(look).lines.slice(-3)).toEqual([
    "l1 seed 1  training translate  [######..........] 4/10  generator 0.1250  discriminator 0.7000  0:06 left",
    "l2 seed 1  training translate  [###.............] 2/10  generator 0.2500  discriminator 0.7000  0:16 left",
    "0 done, 0 failed, 3 remaining, 0:04 elapsed, about 0:18 left",
  ])
})

test("no drawn line is wider than the terminal", () => {
  const frames = rehearse(true, 40).split("\x1b[?25l\x1b[?7l").slice(1)
  const live = frames.flatMap((frame) =>
    render(frame).lines.filter((line) => /^(l1|l2|gan) seed 1 {2}|remaining/.test(line)),
  )
  expect(live.length).toBeGreaterThan(5)
  for (const line of live) expect(line.length).toBeLessThanOrEqual(39)
})

/** The live lines of two trials of an axis with long names, in so many columns. */
function narrow(columns: number): readonly string[] {
  const field = (n: number) => aTrial(`gan/discriminator.receptiveField=${n}`, n)
  const [one, other] = [field(16), field(4)]
  const events: readonly RunEvent[] = [
    { type: "planned", trials: 2, reused: 0, workers: 2, missing: [one, other] },
    { type: "launched", trial: one, worker: 0, go: 1 },
    { type: "launched", trial: other, worker: 1, go: 1 },
    progress(one, 0, 4),
    progress(other, 1, 2),
  ]
  return liveLines(
    events.reduce((pace, event, at) => follow(pace, event, at), standstill),
    8,
    columns,
  )
}

test("at 80 columns lines keep what tells trials apart, the seed, the loss and the time left", () => {
  expect(narrow(79)).toEqual([
    "…minator.receptiveField=16 seed 16  training  4/10  generator 0.1250  0:11 left",
    "…riminator.receptiveField=4 seed 4  training  2/10  generator 0.2500  0:24 left",
    "0 done, 0 failed, 2 remaining, 0:08 elapsed, about 0:24 left",
  ])
})

test("with more room the bar, the stage and every player's loss are there, and with less the steps and a loss", () => {
  expect(narrow(130)[0]).toContain(
    "training translate  [######..........] 4/10  generator 0.1250  discriminator 0.7000",
  )
  expect(narrow(66)[0]).toMatch(/^….* seed 16 {2}4\/10 {2}generator 0\.1250 {2}\d:\d\d left$/)
  for (const columns of [20, 40, 66, 79, 130]) {
    for (const line of narrow(columns)) expect(line.length).toBeLessThanOrEqual(columns)
  }
})

test("what a trial was judged to be stays on a terminal, and stands in its line elsewhere", () => {
  const shown = (isTTY: boolean) => {
    let written = ""
    const write = (text: string) => {
      written += text
      return true
    }
    const one = openProgress({ stream: { isTTY, columns: 100, write }, now: () => 0, every: 1e6 })
    one.show({ type: "planned", trials: 1, reused: 0, workers: 1, missing: [l1] })
    one.show({ type: "launched", trial: l1, worker: 0, go: 1 })
    const scores = { classAccuracy: 0.70271, fid: 3.1, a: 1, b: 2 }
    one.show({ type: "finished", trial: l1, worker: 0, status: "completed", scores })
    one.close()
    return written
  }
  const scores = "classAccuracy 0.7027, fid 3.100, a 1.000, ..."
  expect(render(shown(true)).lines).toContain(`l1 seed 1: ${scores}`)
  expect(shown(false)).toContain(`l1 seed 1 finished in 0:00: ${scores} (1 done`)
})

test("a clock has hours only where there are some", () => {
  expect([0, 7.4, 750, 3723].map(clock)).toEqual(["0:00", "0:07", "12:30", "1:02:03"])
})

/** What a terminal shows after `text`, which holds no backtick: understands newline, return, cursor up, erase below, wrap and cursor modes. */
function render(text: string) {
  const lines: string[] = [""]
  let row = 0
  let cursor = true
  let wrap = true
  for (const part of text.replaceAll("\x1b", "`").split(/(`\[\??\d+[A-Za-z]|\n|\r)/)) {
    const code = /^`\[(\??)(\d+)([A-Za-z])$/.exec(part)
    if (part === "\n") {
      row += 1
      lines[row] ??= ""
    } else if (part === "\r" || part === "") continue
    else if (code === null) lines[row] = (lines[row] ?? "") + part
    else if (code[3] === "A") row = Math.max(0, row - Number(code[2]))
    else if (code[3] === "J") {
      lines.length = row + 1
      lines[row] = ""
    } else if (code[2] === "25") cursor = code[3] === "h"
    else if (code[2] === "7") wrap = code[3] === "h"
    else throw new Error(`unknown code ${JSON.stringify(part)}`)
  }
  return { lines: lines.filter((line) => line !== ""), cursor, wrap }
}
