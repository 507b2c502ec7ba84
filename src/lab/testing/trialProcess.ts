// A trial's process for tests: it behaves as the last word of its arm's name says, and writes down when.
import { appendFileSync, existsSync, writeFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { openAttempt } from "../store/attempts/attempt.ts"
import { openChildChannel } from "../trial/childChannel.ts"
import { aResult, someFacts } from "./plan.ts"

const { request, tell, close } = await openChildChannel()
if (request.mode !== "play") throw new Error(`Expected a trial to play, but was asked to ${request.mode} it.`)
const { trial, store, experiment, execution, extra } = request
const log = String(extra?.log)
const note = (word: string) => appendFileSync(log, `${word} ${trial.arm} ${trial.seed} ${process.pid}\n`)
const behaviour = trial.arm.split("/").at(-1)

note("start")
if (behaviour === "refusing") {
  tell({ type: "failed", sentence: "Expected a dataset folder, but there is none." })
  close()
} else if (behaviour === "crashingEarly") {
  throw new TypeError(`the file ${process.cwd()}/testing/trialProcess.ts and ${log} broke`)
} else {
  const attempt = openAttempt(store, experiment, trial, execution, someFacts, request.attempt)
  tell({ type: "started", attempt: attempt.number })
  for (let step = 1; step <= 3; step += 1) {
    const losses = { "generator/total": 1 / step }
    attempt.journal({ event: "step", stage: "play", step, seconds: step / 100, losses })
    tell({ type: "progress", phase: "training", stage: "play", step, steps: 3, losses })
    await sleep(Number(extra?.pause ?? 1))
  }
  const hangs = behaviour === "hanging" || (behaviour === "hangingOnce" && attempt.number === 1)
  if (hangs) {
    note("hanging")
    // Deaf to SIGTERM, so that only SIGKILL ends it; alive until then.
    process.on("SIGTERM", () => note("deaf"))
    setInterval(() => {}, 1000)
    await new Promise(() => {})
  }
  if (behaviour === "busy") {
    note("busy")
    // Never gives the event loop a turn, as a long tensor operation does.
    for (const end = performance.now() + 120_000; performance.now() < end; ) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      tell({ type: "progress", phase: "training", stage: "play", step: 3, steps: 3, losses: {} })
    }
  }
  if (behaviour === "crashing") throw new RangeError("weights broke")
  if (behaviour === "crashingOnce" && !existsSync(`${log}.once`)) {
    writeFileSync(`${log}.once`, "")
    process.kill(process.pid, "SIGKILL")
    await sleep(10_000)
  }
  if (behaviour === "forgetting") {
    console.error("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory")
    process.exit(134)
  }
  const diverged = behaviour === "diverging"
  const evidence = "generator/total became NaN at step 3."
  const artifacts = { grid: attempt.artifact("grid.txt", `${trial.arm} ${trial.seed}`) }
  attempt.finish(
    aResult(trial, {
      execution,
      artifacts,
      ...(diverged ? { status: "diverged", evidence, metrics: {} } : {}),
    }),
  )
  note("end")
  tell({ type: "finished", status: diverged ? "diverged" : "completed" })
  if (behaviour === "leavingBadly") process.exit(7)
  close()
}
