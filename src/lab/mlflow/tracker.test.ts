import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Plan, Trial } from "@saddlepoint/core/declare/trial"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { RunEvent } from "../contracts/runEvent.ts"
import type { Attempt } from "../store/attempts/attempt.ts"
import { failureOf, writeFailure } from "../store/attempts/failure.ts"
import { readManifest } from "../store/attempts/manifest.ts"
import { anAttempt, anExecution, aPlan, aResult, someExecutions, someFacts } from "../testing/plan.ts"
import { openServer, type ServerOptions, type TestServer } from "./testing/server.ts"
import { openTracker, type TrackerOptions } from "./tracker.ts"

let store: string
const servers: TestServer[] = []
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-tracker-"))
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
  rmSync(store, { recursive: true, force: true })
})

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1, 2], { profile: "quick" })

async function aServer(options: ServerOptions = {}) {
  const server = await openServer(options)
  servers.push(server)
  return server
}

function track(uri: string, more: Partial<TrackerOptions> = {}) {
  const warnings: string[] = []
  const tracker = openTracker({
    uri,
    environment: {},
    store,
    plan,
    executions: someExecutions,
    warn: (sentence) => warnings.push(sentence),
    interval: 0,
    patience: { retries: 2, pause: 5, timeout: 5000 },
    home: store,
    ...more,
  })
  return { ...tracker, warnings }
}

const planned = (of: Plan = plan): RunEvent => ({
  type: "planned",
  trials: of.trials.length,
  reused: 0,
  workers: 2,
  missing: of.trials,
})
const progress = (trial: Trial): RunEvent => ({
  type: "progress",
  phase: "training",
  stage: "play",
  step: 1,
  steps: 10,
  losses: {},
  trial,
  worker: 0,
})
const finished = (trial: Trial): RunEvent => ({ type: "finished", trial, worker: 0, status: "completed" })

function step(attempt: Attempt, from: number, to: number, pace = 0.1) {
  for (let step = from; step < to; step += 1) {
    const losses = { "generator/l1": 1 / (step + 1), "generator/total": step === 4 ? Number.NaN : step }
    attempt.journal({ event: "step", stage: "play", step, seconds: step * pace + 0.05, losses })
  }
}

function finish(trial: Trial): Attempt {
  const attempt = anAttempt(store, trial, {
    facts: { ...someFacts, code: { ...someFacts.code, commit: "abc123", dirty: true } },
  })
  step(attempt, 0, 10)
  attempt.finish(aResult(trial))
  return attempt
}

function fail(trial: Trial, attempt: Attempt, asked: boolean, retrying = false): RunEvent {
  const end = { exitCode: 1, signal: null, lastLines: ["Error: no"], asked }
  const failure = failureOf(trial.id, attempt.number, anExecution, end, { silent: false, left: false })
  writeFailure(attempt.folder, failure)
  return { type: "failed", trial, worker: 0, failure, retrying }
}

const until = async (done: () => boolean) => {
  while (!done()) await new Promise((next) => setTimeout(next, 5))
}

const runOf = (server: TestServer, trial: Trial) => {
  const found = [...server.runs.values()].filter((run) => run.tags.get("saddlepoint.trial") === trial.id)
  expect(found.length).toBe(1)
  return found[0]!
}
const sweepOf = (server: TestServer) =>
  [...server.runs.values()].find((run) => run.tags.get("saddlepoint.kind") === "sweep")!

/** Everything on the server but when the sweep ended. */
const picture = (server: TestServer) =>
  JSON.stringify(
    [...server.runs.values()].map((run) => ({
      ...run,
      endTime: run === sweepOf(server) ? undefined : run.endTime,
      tags: [...run.tags],
      params: [...run.params],
      metrics: [...run.metrics],
    })),
  )

test("a sweep becomes an experiment, a parent run and a run for each trial", async () => {
  const server = await aServer()
  const { onEvent, close, warnings } = track(server.uri)
  onEvent(planned())
  for (const trial of plan.trials) {
    finish(trial)
    onEvent(finished(trial))
  }
  await close()
  expect(warnings).toEqual([])
  expect([...server.experiments.values()].map(({ name }) => name)).toEqual(["example"])
  const sweep = sweepOf(server)
  expect(sweep).toMatchObject({ name: "example (quick)", status: "FINISHED" })
  expect(sweep.tags.get("mlflow.note.content")).toBe("Which one?")
  expect(server.runs.size).toBe(5)
  const trial = plan.trials[1]!
  const run = runOf(server, trial)
  const manifest = Date.parse(
    readManifest(join(store, "example", "trials", trial.id, "attempts", "1"))!.startedAt,
  )
  expect(run).toMatchObject({
    name: "gan seed 1",
    status: "FINISHED",
    startTime: manifest,
    endTime: manifest + 1500,
  })
  expect(Object.fromEntries(run.tags)).toMatchObject({
    "mlflow.parentRunId": sweep.id,
    "mlflow.source.git.commit": "abc123",
    "mlflow.source.git.dirty": "true",
    "saddlepoint.trial": trial.id,
    "saddlepoint.arm": "gan",
    "saddlepoint.role": "challenger",
    "saddlepoint.seed": "1",
    "saddlepoint.execution": anExecution,
    "saddlepoint.plan": plan.hash,
    "saddlepoint.status": "completed",
  })
  expect(Object.fromEntries(run.params)).toEqual({ "trial.arm": "gan", "trial.seed": "1" })
  expect(run.metrics.get("generator/l1")?.map(({ value }) => value)).toEqual(
    Array.from({ length: 10 }, (_, step) => 1 / (step + 1)),
  )
  expect(run.metrics.get("generator/total")?.[4]).toEqual({
    value: Number.NaN,
    step: 4,
    timestamp: manifest + 450,
  })
  expect(run.metrics.get("psnr")).toEqual([{ value: 20, step: 10, timestamp: manifest + 1500 }])
})

test("tracking the same store again changes nothing on the server, whatever the first time lost", async () => {
  // Eleven answers are lost, and any request is tried more often than that.
  let count = 0
  const server = await aServer({ fault: () => (++count % 5 === 0 && count < 60 ? "lost" : undefined) })
  for (const trial of plan.trials) finish(trial)
  const go = async () => {
    const { onEvent, close, warnings } = track(server.uri, {
      patience: { retries: 12, pause: 1, timeout: 5000 },
    })
    onEvent(planned())
    for (const trial of plan.trials) onEvent(finished(trial))
    await close()
    expect(warnings).toEqual([])
    return picture(server)
  }
  const once = await go()
  expect(server.runs.size).toBe(5)
  expect(runOf(server, plan.trials[0]!).metrics.get("generator/l1")?.length).toBe(10)
  expect(await go()).toBe(once)
})

test("a trial is seen while it runs, and each look sends only what is new", async () => {
  const server = await aServer()
  const { onEvent, close, warnings } = track(server.uri)
  const trial = plan.trials[0]!
  onEvent(planned())
  const attempt = anAttempt(store, trial)
  step(attempt, 0, 3)
  onEvent(progress(trial))
  await until(() => [...server.runs.values()].some((run) => run.metrics.get("generator/l1")?.length === 3))
  expect(runOf(server, trial).status).toBe("RUNNING")
  const before = server.requests.length
  step(attempt, 3, 6)
  onEvent(progress(trial))
  await until(() => runOf(server, trial).metrics.get("generator/l1")?.length === 6)
  expect(server.requests.slice(before).map(({ path }) => path)).toEqual(["runs/log-batch"])
  step(attempt, 6, 10)
  attempt.finish(aResult(trial))
  onEvent(finished(trial))
  await close()
  expect(runOf(server, trial).metrics.get("generator/l1")?.length).toBe(10)
  expect(warnings).toEqual([])
})

test("looks at a running trial are as far apart as asked", async () => {
  const server = await aServer()
  const { onEvent, close } = track(server.uri, { interval: 60_000 })
  const trial = plan.trials[0]!
  onEvent(planned())
  const attempt = anAttempt(store, trial)
  step(attempt, 0, 3)
  onEvent(progress(trial))
  await until(() => [...server.runs.values()].some((run) => run.metrics.has("generator/l1")))
  step(attempt, 3, 6)
  onEvent(progress(trial))
  await new Promise((next) => setTimeout(next, 50))
  expect(runOf(server, trial).metrics.get("generator/l1")?.length).toBe(3)
  await close()
  expect(runOf(server, trial).metrics.get("generator/l1")?.length).toBe(6)
})

test("a crash is FAILED with its sentence, a trial told to leave is KILLED, and both say when", async () => {
  const server = await aServer()
  const { onEvent, close } = track(server.uri)
  const [crashed, left, cut] = plan.trials as [Trial, Trial, Trial]
  onEvent(planned())
  for (const trial of [crashed, left, cut]) {
    const attempt = anAttempt(store, trial)
    step(attempt, 0, 4)
    onEvent(trial === cut ? progress(trial) : fail(trial, attempt, trial === left))
  }
  await close()
  expect(runOf(server, crashed)).toMatchObject({ status: "FAILED" })
  expect(runOf(server, crashed).tags.get("saddlepoint.evidence")).toMatch(/Error: no/)
  expect(runOf(server, left)).toMatchObject({ status: "KILLED" })
  expect(runOf(server, left).tags.get("saddlepoint.status")).toBe("preempted")
  expect(runOf(server, cut)).toMatchObject({ status: "KILLED" })
  for (const trial of [crashed, left, cut]) {
    const { startTime, endTime } = runOf(server, trial)
    expect(endTime).toBeGreaterThanOrEqual(startTime + 350)
  }
  expect(sweepOf(server).status).toBe("KILLED")
})

test("a sweep in which a trial failed or was held back is FAILED", async () => {
  const server = await aServer()
  const { onEvent, close } = track(server.uri)
  const [failed, blocked, ...others] = plan.trials as [Trial, Trial, Trial, Trial]
  onEvent(planned())
  onEvent(fail(failed, anAttempt(store, failed), false))
  onEvent({ type: "blocked", trial: blocked, sentence: "Not played." })
  for (const trial of others) {
    finish(trial)
    onEvent(finished(trial))
  }
  await close()
  expect(sweepOf(server).status).toBe("FAILED")
  expect(server.runs.size).toBe(4)
})

test("a second attempt goes on in the run of the first, and no step stands twice", async () => {
  const server = await aServer()
  const trial = plan.trials[0]!
  const first = track(server.uri)
  first.onEvent(planned())
  const attempt = anAttempt(store, trial)
  step(attempt, 0, 6)
  first.onEvent(fail(trial, attempt, false))
  await first.close()
  expect(runOf(server, trial).status).toBe("FAILED")
  await new Promise((next) => setTimeout(next, 5))
  const again = anAttempt(store, trial)
  // From the first step, and slower.
  step(again, 0, 10, 0.2)
  again.finish(aResult(trial))
  const second = track(server.uri)
  second.onEvent(planned())
  second.onEvent(finished(trial))
  await second.close()
  const run = runOf(server, trial)
  expect(run.status).toBe("FINISHED")
  expect(run.metrics.get("generator/l1")?.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect([run.tags.get("saddlepoint.status"), run.tags.get("saddlepoint.evidence")]).toEqual([
    "completed",
    "",
  ])
})

test("a failure that is tried again does not end the run", async () => {
  const server = await aServer()
  const { onEvent, close } = track(server.uri)
  const trial = plan.trials[0]!
  onEvent(planned())
  const attempt = anAttempt(store, trial)
  step(attempt, 0, 2)
  onEvent(progress(trial))
  await until(() => [...server.runs.values()].some((run) => run.metrics.has("generator/l1")))
  onEvent(fail(trial, attempt, false, true))
  await new Promise((next) => setTimeout(next, 50))
  expect(runOf(server, trial).status).toBe("RUNNING")
  await close()
})

test("a dead server costs one warning, and no wait at the end", async () => {
  const server = await openServer()
  await server.close()
  const { onEvent, close, warnings } = track(server.uri)
  onEvent(planned())
  for (const trial of plan.trials) {
    finish(trial)
    onEvent(finished(trial))
  }
  await close()
  expect(warnings).toEqual([
    `MLflow: Expected to reach the MLflow server at ${server.uri}, but got ECONNREFUSED. ` +
      "The run goes on without it, and its store keeps everything.",
  ])
})

test("a server that does not answer is given up at the end, with one warning", async () => {
  // Whoever waits for an answer waits for an hour, longer than a test may.
  const server = await aServer({ latency: 3_600_000 })
  const { onEvent, close, warnings } = track(server.uri, {
    flush: 200,
    patience: { retries: 5, pause: 500, timeout: 3_600_000 },
  })
  onEvent(planned())
  for (const trial of plan.trials) {
    finish(trial)
    onEvent(finished(trial))
  }
  await close()
  expect(warnings).toEqual([
    "MLflow: not logged within 0.2 s: 4 of 4 trials and the end of the sweep; the run store still has everything.",
  ])
})

test("what a server missed while it was away is logged when it is back", async () => {
  let away = true
  const server = await aServer({ fault: () => (away ? { status: 503, body: "" } : undefined) })
  const { onEvent, close, warnings } = track(server.uri)
  onEvent(planned())
  const [first, second] = plan.trials as [Trial, Trial]
  finish(first)
  onEvent(finished(first))
  await until(() => warnings.length === 1)
  away = false
  finish(second)
  onEvent(finished(second))
  await until(
    () =>
      server.runs.size === 3 &&
      [...server.runs.values()].filter(({ status }) => status === "FINISHED").length === 2,
  )
  await close()
  expect(warnings.length).toBe(1)
})

test("a wrong address and wrong credentials are one sentence at the start, and the run goes on", async () => {
  const wrong = track("databricks")
  wrong.onEvent(planned())
  wrong.onEvent(finished(plan.trials[0]!))
  await wrong.close()
  expect(wrong.warnings.length).toBe(1)
  expect(wrong.warnings[0]).toMatch(/^MLflow: Expected the address .* to begin with http:\/\//)
  const server = await aServer({ authorization: "Bearer right" })
  const refused = track(server.uri, { environment: { MLFLOW_TRACKING_TOKEN: "wr0ng" } })
  refused.onEvent(planned())
  await until(() => refused.warnings.length === 1)
  expect(refused.warnings[0]).toMatch(/401 .*set MLFLOW_TRACKING_USERNAME/)
  await refused.close()
  expect(refused.warnings.length).toBe(1)
  expect(refused.warnings.join()).not.toContain("wr0ng")
})

test("a run in which nothing is missing asks the server for nothing", async () => {
  const server = await aServer()
  const { onEvent, close } = track(server.uri)
  onEvent({ type: "planned", trials: 4, reused: 4, workers: 1, missing: [] })
  await close()
  expect(server.requests).toEqual([])
})

test("events that make no sense and a listener that throws do no harm", async () => {
  const { onEvent, close } = track("", {
    warn() {
      throw new Error("no ears")
    },
  })
  onEvent({ type: "finished" } as unknown as RunEvent)
  await close()
  const server = await aServer()
  const other = track(server.uri)
  other.onEvent({ type: "finished" } as unknown as RunEvent)
  await other.close()
  expect(other.warnings.length).toBe(1)
})
