import fc from "fast-check"
import { afterEach, expect, test } from "vitest"
import type { MetricPoint } from "./batches.ts"
import { openMlflow } from "./client.ts"
import { type Environment, readConnection } from "./connection.ts"
import { MlflowError } from "./mlflowError.ts"
import { type Fault, openServer, type ServerOptions, type TestServer } from "./testing/server.ts"
import type { Patience } from "./transport.ts"
import { legalKey } from "./values.ts"

const servers: TestServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const quick: Patience = { retries: 4, pause: 5, timeout: 5000 }
const nowhere = "/nonexistent"

async function open(options: ServerOptions = {}, environment: Environment = {}, patience = quick) {
  const server = await openServer(options)
  servers.push(server)
  return { server, mlflow: openMlflow(readConnection(server.uri, environment, nowhere), { patience }) }
}

/** A fault for the first requests, one after another. */
function faults(...list: readonly (Fault | undefined)[]) {
  let next = 0
  return () => list[next++]
}

const start = (experiment: string) => ({
  experiment,
  name: "a run",
  startTime: 1_795_000_000_000.9,
  tags: { a: 1 },
})

async function anOpenRun(options: ServerOptions = {}) {
  const { server, mlflow } = await open(options)
  const experiment = await mlflow.ensureExperiment("example")
  const run = await mlflow.createRun(start(experiment))
  return { server, mlflow, experiment, run, stored: server.runs.get(run.id)! }
}

const failure = (promise: Promise<unknown>): Promise<MlflowError> =>
  promise.then(
    () => {
      throw new Error("Expected a failure.")
    },
    (error) => {
      expect(error).toBeInstanceOf(MlflowError)
      return error
    },
  )

test("an experiment is made once, also by many who ask at the same moment", async () => {
  const { server, mlflow } = await open({ latency: 10 })
  const ids = await Promise.all(Array.from({ length: 6 }, () => mlflow.ensureExperiment("example")))
  expect(new Set(ids).size).toBe(1)
  expect(server.experiments.size).toBe(1)
})

test("a deleted experiment is a sentence", async () => {
  const { server, mlflow } = await open()
  const id = await mlflow.ensureExperiment("example")
  server.experiments.get(id)!.deleted = true
  const { message } = await failure(mlflow.ensureExperiment("example"))
  expect(message).toBe(
    'Expected the MLflow experiment "example" to be active, but it is deleted there: restore it, or give yours another name.',
  )
})

test("a run is made, found, read and ended", async () => {
  const { mlflow, experiment, run, stored } = await anOpenRun()
  expect(stored).toMatchObject({ name: "a run", startTime: 1_795_000_000_000, status: "RUNNING" })
  expect(run.lastSteps.size).toBe(0)
  await mlflow.setTag(run.id, "b", "x")
  await mlflow.updateRun(run.id, { status: "FAILED", endTime: 1_795_000_001_000.5 })
  expect(stored).toMatchObject({ status: "FAILED", endTime: 1_795_000_001_000 })
  const found = await mlflow.getRun(run.id)
  expect(found).toMatchObject({ name: "a run", status: "FAILED", experiment })
  expect([...found.tags]).toEqual([
    ["a", "1"],
    ["mlflow.runName", "a run"],
    ["b", "x"],
  ])
  expect((await mlflow.searchRuns(experiment, "tags.`b` = 'x'")).map(({ id }) => id)).toEqual([run.id])
  expect(await mlflow.searchRuns(experiment, "tags.`b` = 'y'")).toEqual([])
})

test("a search reads all pages", async () => {
  const { mlflow, experiment } = await anOpenRun({ pageSize: 2 })
  for (let i = 0; i < 4; i += 1) await mlflow.createRun(start(experiment))
  expect((await mlflow.searchRuns(experiment, "")).length).toBe(5)
})

for (const [when, sooner] of [
  ["sooner", 1000],
  ["later", -1000],
] as const) {
  test(`a run that somebody else made meanwhile and that began ${when} is ${when === "sooner" ? "taken" : "left to them"}`, async () => {
    const rival = "0".repeat(32)
    const tags = { mine: "1" }
    const { server, mlflow } = await open({
      fault: (path) => {
        // Between the look and the making.
        if (path === "runs/create") {
          const startTime = start("1").startTime - sooner
          const maps = { tags: new Map(Object.entries(tags)), params: new Map(), metrics: new Map() }
          server.runs.set(rival, {
            id: rival,
            experiment: "1",
            name: "b",
            status: "RUNNING",
            startTime,
            deleted: false,
            ...maps,
          })
        }
        return undefined
      },
    })
    const run = await mlflow.ensureRun(tags, start(await mlflow.ensureExperiment("example")))
    expect(run.id === rival).toBe(when === "sooner")
    const others = [...server.runs.values()].filter(({ id }) => id !== run.id)
    expect(others.map(({ id, deleted }) => [id === rival, deleted])).toEqual(
      when === "sooner" ? [[false, true]] : [[true, false]],
    )
  })
}

test("a run whose making was not answered is found, not made again", async () => {
  let lost = false
  const { server, mlflow } = await open({
    fault: (path) => {
      if (path !== "runs/create" || lost) return undefined
      lost = true
      return "lost"
    },
  })
  const experiment = await mlflow.ensureExperiment("example")
  const run = await mlflow.ensureRun({ mine: "1" }, start(experiment))
  expect([...server.runs.keys()]).toEqual([run.id])
})

const anySet = fc.record({
  metrics: fc.array(
    fc.record({
      key: fc.string({ unit: "binary", maxLength: 8 }),
      value: fc.double(),
      timestamp: fc.nat(1000).map((more) => 1_795_000_000_000 + more),
      step: fc.nat(1e6),
    }),
    { maxLength: 1500, size: "max" },
  ),
  params: fc.dictionary(
    fc.string({ unit: "binary" }),
    fc.oneof(fc.string({ unit: "binary" }), fc.double({ noNaN: true })),
    {
      maxKeys: 150,
      size: "max",
    },
  ),
  tags: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.boolean()), { maxKeys: 150, size: "max" }),
})

const clamped = (value: number) => Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE) + 0

for (const version of ["2.22", "3.11"] as const) {
  test(`any set arrives whole and once on MLflow ${version}, and sending it again changes nothing`, async () => {
    const { server, mlflow, experiment } = await anOpenRun({ version })
    await fc.assert(
      fc.asyncProperty(anySet, async (logged) => {
        const { id } = await mlflow.createRun({ ...start(experiment), tags: {} })
        const stored = server.runs.get(id)!
        await mlflow.log(id, logged)
        const points = new Set(
          logged.metrics.map(({ key, value, timestamp, step }) =>
            JSON.stringify([legalKey(key), String(clamped(value)), timestamp, step]),
          ),
        )
        const kept = [...stored.metrics].flatMap(([key, all]) =>
          all.map(({ value, timestamp, step }) => JSON.stringify([key, String(value), timestamp, step])),
        )
        expect(kept.length).toBe(points.size)
        expect(new Set(kept)).toEqual(points)
        expect(new Set(stored.params.keys())).toEqual(new Set(Object.keys(logged.params).map(legalKey)))
        for (const [key, value] of Object.entries(logged.tags)) {
          expect(stored.tags.get(legalKey(key))).toBe(String(value))
        }
        const before = JSON.stringify([[...stored.metrics], [...stored.params], [...stored.tags]])
        await mlflow.log(id, logged)
        expect(JSON.stringify([[...stored.metrics], [...stored.params], [...stored.tags]])).toBe(before)
      }),
      { numRuns: 12 },
    )
  })
}

test("a batch that was written and not answered is sent again and stands once", async () => {
  const { mlflow, run, stored } = await anOpenRun({
    fault: (path, count) => (path === "runs/log-batch" && count < 5 ? "lost" : undefined),
  })
  const metrics: MetricPoint[] = [0, 1, 2].map((step) => ({
    key: "l",
    value: step,
    timestamp: 1000 + step,
    step,
  }))
  await mlflow.log(run.id, { metrics, params: { a: "1" } })
  expect(stored.metrics.get("l")).toEqual(
    metrics.map(({ value, timestamp, step }) => ({ value, timestamp, step })),
  )
})

test("another value for a param is an error with the server's words, and is not tried again", async () => {
  const { server, mlflow, run } = await anOpenRun()
  await mlflow.log(run.id, { params: { width: 16 } })
  const sent = server.requests.length
  const { message } = await failure(mlflow.log(run.id, { params: { width: 32 } }))
  expect(message).toBe(
    "Expected MLflow to take runs/log-batch, but got 400 INVALID_PARAMETER_VALUE " +
      "\"Changing param values is not allowed. Param with key='width' was already logged.\".",
  )
  expect(server.requests.length).toBe(sent + 1)
})

for (const [what, fault] of Object.entries<Fault>({
  "a cut connection": "cut",
  "a timed-out request (408)": { status: 408, body: "" },
  "too many requests (429)": { status: 429, body: "", headers: { "Retry-After": "0" } },
  "an internal error (500)": { status: 500, body: "<html><title>500</title></html>" },
  "a gateway without a server (502)": { status: 502, body: "" },
  "a server that starts (503)": { status: 503, body: "" },
  "a deadline (504)": { status: 504, body: "" },
  "a busy connection pool (400)": {
    status: 400,
    body: '{"error_code":"BAD_REQUEST","message":"QueuePool limit of size 5 overflow 10 reached"}',
  },
  "a locked database (400)": {
    status: 400,
    body: '{"error_code":"BAD_REQUEST","message":"(sqlite3.OperationalError) database is locked"}',
  },
})) {
  test(`${what} is tried again`, async () => {
    const { server, mlflow } = await open({ fault: faults(fault, fault) })
    expect(await mlflow.ensureExperiment("example")).toBe("1")
    expect(server.requests.length).toBe(4)
  })
}

test("trying again ends", async () => {
  const { server, mlflow } = await open({ fault: () => ({ status: 503, body: "" }) })
  expect((await failure(mlflow.ensureExperiment("example"))).status).toBe(503)
  expect(server.requests.length).toBe(1 + quick.retries)
})

test("Retry-After is waited for, and a wait of more than a minute is not", async () => {
  const asks = (seconds: string): Fault => ({ status: 429, body: "", headers: { "Retry-After": seconds } })
  const { mlflow } = await open({ fault: faults(asks("1")) })
  const begun = performance.now()
  await mlflow.ensureExperiment("example")
  expect(performance.now() - begun).toBeGreaterThan(990)
  const { server, mlflow: other } = await open({ fault: faults(asks("3600")) })
  expect((await failure(other.ensureExperiment("example"))).wait).toBe(3_600_000)
  expect(server.requests.length).toBe(1)
})

test("a server without artifacts says 503 for ever, and is believed", async () => {
  const body = "Endpoint: x disabled due to the mlflow server running with `--no-serve-artifacts`."
  const { server, mlflow } = await open({ fault: () => ({ status: 503, body }) })
  expect((await failure(mlflow.ensureExperiment("example"))).passing).toBe(false)
  expect(server.requests.length).toBe(1)
})

test("an answer that does not come in time is tried again, then a sentence", async () => {
  const { server, mlflow } = await open({ latency: 3_600_000 }, {}, { retries: 1, pause: 1, timeout: 500 })
  const { message } = await failure(mlflow.ensureExperiment("example"))
  expect(message).toBe("Expected an answer of MLflow to experiments/get-by-name, but none came within 0.5 s.")
  expect(server.requests.length).toBe(2)
})

test("a server that is not there is a sentence", async () => {
  const server = await openServer()
  await server.close()
  const mlflow = openMlflow(readConnection(server.uri, {}, nowhere), { patience: quick })
  const { message } = await failure(mlflow.ensureExperiment("example"))
  expect(message).toBe(`Expected to reach the MLflow server at ${server.uri}, but got ECONNREFUSED.`)
})

test("at most eight requests are in flight", async () => {
  const { server, mlflow } = await open({ latency: 200 })
  await Promise.all(Array.from({ length: 40 }, (_, i) => mlflow.ensureExperiment(`example ${i}`)))
  expect(server.mostInFlight()).toBe(8)
  expect(server.experiments.size).toBe(40)
})

test("the path of the address is kept, and an address without it is a sentence made of HTML", async () => {
  const { server, mlflow } = await open({ prefix: "/team/mlf" })
  expect(await mlflow.ensureExperiment("example")).toBe("1")
  const wrong = openMlflow(readConnection(server.uri.replace("/team/mlf", ""), {}, nowhere), {
    patience: quick,
  })
  const { message } = await failure(wrong.ensureExperiment("example"))
  expect(message).toBe(
    'Expected MLflow to take experiments/get-by-name, but got 404 "404 Not Found Not Found See the log.".',
  )
})

test("basic and token credentials are sent, and wrong ones are a sentence that does not show them", async () => {
  const basic = { MLFLOW_TRACKING_USERNAME: "me", MLFLOW_TRACKING_PASSWORD: "hunter2" }
  const token = { MLFLOW_TRACKING_TOKEN: "t0ken", MLFLOW_WORKSPACE: "lab" }
  const authorization = `Basic ${Buffer.from("me:hunter2").toString("base64")}`
  const first = await open({ authorization }, basic)
  expect(await first.mlflow.ensureExperiment("example")).toBe("1")
  const second = await open({ authorization: "Bearer t0ken" }, token)
  expect(await second.mlflow.ensureExperiment("example")).toBe("1")
  expect(second.server.requests[0]!.headers["x-mlflow-workspace"]).toBe("lab")
  const third = await open({ authorization }, token)
  const error = await failure(third.mlflow.ensureExperiment("example"))
  expect(error).toMatchObject({ status: 401, passing: false })
  expect(error.message).toMatch(
    /401 "You are not authenticated.*": set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASS/,
  )
})

test("a secret that a server repeats is not shown", async () => {
  const body = '{"error_code":"BAD_REQUEST","message":"Authorization: Bearer t0ken is odd"}'
  const { mlflow } = await open({ fault: () => ({ status: 400, body }) }, { MLFLOW_TRACKING_TOKEN: "t0ken" })
  const error = await failure(mlflow.ensureExperiment("example"))
  expect(error.message).toContain("Bearer … is odd")
  expect(JSON.stringify({ ...error, stack: error.stack, cause: error.cause })).not.toContain("t0ken")
})

test("redirections are not followed with credentials", async () => {
  const headers = { Location: "http://elsewhere.example/x?token=1" }
  const { mlflow } = await open({ fault: () => ({ status: 302, body: "", headers }) })
  const { message } = await failure(mlflow.ensureExperiment("example"))
  expect(message).toMatch(/but 302 redirects to http:\/\/elsewhere\.example: set MLFLOW_TRACKING_URI/)
})

test("a server of another kind is a sentence", async () => {
  const { mlflow } = await open({ fault: () => ({ status: 200, body: "<html>hello</html>" }) })
  expect((await failure(mlflow.ensureExperiment("example"))).message).toMatch(
    /^Expected JSON as MLflow's answer/,
  )
})
