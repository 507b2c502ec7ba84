import { afterEach, beforeEach, expect, test } from "vitest"
import { openServer, type TestServer } from "./server.ts"

// What the client's tests rest on: this server takes wrong values in silence, as real ones do.
let server: TestServer
let run: string
beforeEach(async () => {
  server = await openServer({ version: "2.22" })
  await post("experiments/create", '{"name":"example"}')
  run = (await post("runs/create", '{"experiment_id":"1","start_time":5}')).run.info.run_id
})
afterEach(() => server.close())

async function post(path: string, body: string, type = "application/json") {
  const headers = { "Content-Type": type }
  const answer = await fetch(`${server.uri}/api/2.0/mlflow/${path}`, { method: "POST", body, headers })
  return { status: answer.status, ...JSON.parse(await answer.text()) }
}

const log = (rest: string) => post("runs/log-batch", `{"run_id":"${run}",${rest}}`)
const stored = () => server.runs.get(run)!
const good = '{"key":"a","value":1,"timestamp":7,"step":2}'

for (const [what, metric] of Object.entries({
  "a time with a fraction": '{"key":"b","value":1,"timestamp":7.5,"step":2}',
  "a bare NaN": '{"key":"b","value":NaN,"timestamp":7,"step":2}',
  "a step with a fraction": '{"key":"b","value":1,"timestamp":7,"step":1.5}',
})) {
  test(`${what} is stored as 0, and all that follows is lost`, async () => {
    const answer = await log(
      `"metrics":[${good},${metric},${good.replace('"a"', '"c"')}],"params":[{"key":"p","value":"1"}]`,
    )
    expect(answer.status).toBe(200)
    expect(stored().metrics.get("a")).toEqual([{ value: 1, timestamp: 7, step: 2 }])
    expect(stored().metrics.get("b")).toMatchObject([{ timestamp: 0, step: 0 }])
    expect([stored().metrics.has("c"), stored().params.size]).toEqual([false, 0])
  })
}

test("a param that is no text is stored as nothing, and all that follows is lost", async () => {
  const answer = await log(`"params":[{"key":"p","value":1},{"key":"q","value":"2"}],"metrics":[${good}]`)
  expect(answer.status).toBe(200)
  expect([...stored().params]).toEqual([["p", ""]])
  expect(stored().metrics.size).toBe(0)
})

test("what breaks a limit or a rule writes nothing", async () => {
  const many = Array.from({ length: 101 }, (_, i) => `{"key":"p${i}","value":"1"}`).join()
  const wrong = [
    `"params":[${many}]`,
    `"metrics":[${good},${good}]`,
    `"metrics":[${good},{"key":"lr@0","value":1,"timestamp":7}]`,
    `"metrics":[${good}],"params":[{"key":"../p","value":"1"}]`,
    `"params":[{"key":"p","value":"1"},{"key":"p","value":"1"}]`,
  ]
  for (const fields of wrong) expect([fields, (await log(fields)).status]).toEqual([fields, 400])
  expect([stored().metrics.size, stored().params.size]).toEqual([0, 0])
})

test("odd words and types are ignored or refused as they are", async () => {
  expect((await post("runs/update", `{"run_id":"${run}","status":"DONE","end_time":1.5}`)).status).toBe(200)
  expect(stored().status).toBe("RUNNING")
  expect(stored().endTime).toBeUndefined()
  expect((await post("runs/create", '{"experiment_id":1}')).status).toBe(400)
  expect((await post("experiments/create", '{"name":"x"}', "text/plain")).status).toBe(400)
  expect((await post("experiments/create", '{"name":"x"')).message).toMatch(/Missing value/)
  const fresh = await post("runs/search", '{"experiment_ids":["7"],"max_results":10}')
  expect(fresh).toEqual({ status: 200 })
})
