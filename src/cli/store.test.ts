import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { saddlepoint, temporaryFolder, tinyExperiment, tinyYaml } from "./testing/saddlepoint.ts"

const place = temporaryFolder()
afterAll(() => place.remove())
const trials = join(place.folder, "runs", "tiny-yaml", "trials")
const asJson = async (...words: string[]) => {
  const { code, stdout, stderr } = await saddlepoint([...words, "--json"], place.folder)
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
  return { ...JSON.parse(stdout), stderr }
}

type Told = { id: string; arm: string; status: string; metrics: object }
let ran: { stderr: string; trials: Told[]; controls: Told[] }
beforeAll(async () => {
  place.write("tiny.yaml", tinyYaml())
  ran = (await asJson("run", "tiny.yaml", "--device", "js")) as typeof ran
  const idOf = (arm: string) => [...ran.trials, ...ran.controls].find((trial) => trial.arm === arm)!.id
  // l2 crashed, and the control was never begun.
  const failed = join(trials, idOf("l2"))
  rmSync(join(failed, "results"), { recursive: true })
  rmSync(join(failed, "evaluations"), { recursive: true })
  rmSync(join(failed, "attempts/1/result.json"))
  rmSync(join(failed, "attempts/1/evaluations"), { recursive: true })
  const failure = { schema: 1, trial: idOf("l2"), attempt: 1, execution: "0".repeat(16), class: "failed" }
  const end = { exitCode: 1, signal: null, lastLines: [], sentence: "It crashed." }
  writeFileSync(join(failed, "attempts/1/failure.json"), JSON.stringify({ ...failure, ...end }))
  rmSync(join(trials, idOf("control/trivial")), { recursive: true })
})

test("a definition in YAML runs with the plug-ins of the catalogue", () => {
  expect(ran.trials.map(({ arm, status }) => `${arm} ${status}`)).toEqual(["l1 completed", "l2 completed"])
  expect(Object.keys(ran.trials[0]!.metrics)).toEqual(["psnr"])
})

test("run --json writes its events as JSON lines on standard error", () => {
  const events = ran.stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  expect(events[0]).toMatchObject({ event: "planned", trials: 5, missing: 5 })
  const finished = events.filter(({ event }) => event === "finished")
  expect(finished.map(({ trial }) => trial).sort()).toEqual(
    [...ran.trials, ...ran.controls].map(({ id }) => id).sort(),
  )
})

test("status and collect need the store alone; a file tells what was never begun", async () => {
  const { experiments } = await asJson("status")
  expect(experiments).toMatchObject([{ experiment: "tiny-yaml", counts: { done: 3, failed: 1, missing: 0 } }])
  const asked = await asJson("status", "tiny.yaml")
  expect(asked.experiments[0].counts).toMatchObject({ done: 3, failed: 1, missing: 1 })
  const { rows } = await asJson("collect", "tiny-yaml")
  expect(rows.map(({ arm }: { arm: string }) => arm)).toEqual(["control/blurred", "control/real", "l1"])
  const { stdout } = await saddlepoint(["collect", "tiny-yaml", "--csv"], place.folder)
  expect(stdout.split("\r\n")).toHaveLength(5)
})

test("an experiment that the store does not hold is one sentence and exit code 2", async () => {
  for (const words of [
    ["status", "nobody"],
    ["collect", "nobody"],
    ["gc", "nobody"],
  ]) {
    const { code, stdout, stderr } = await saddlepoint(words, place.folder)
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
    expect(stderr).toMatch(/^Expected an experiment .*nobody.*tiny-yaml\.\n$/)
  }
})

test("retry plays what failed and leaves what is missing; gc then removes the attempt that failed", async () => {
  const wrong = await saddlepoint(["retry", "tiny.yaml", "--failed", "--class", "sad"], place.folder)
  expect(wrong.code).toBe(2)
  const none = await asJson("retry", "tiny.yaml", "--failed", "--class", "out-of-memory", "--device", "js")
  expect(none.retried).toEqual([])
  const again = await asJson("retry", "tiny.yaml", "--failed", "--device", "js")
  expect(again.trials.map(({ status }: { status: string }) => status)).toEqual(["completed", "completed"])
  const after = await asJson("status", "tiny.yaml")
  expect(after.experiments[0].counts).toMatchObject({ done: 4, failed: 0, missing: 1 })
  const id = ran.trials.find(({ arm }) => arm === "l2")!.id
  const attempts = () => readdirSync(join(trials, id, "attempts")).sort()
  const dry = await asJson("gc", "--dry-run")
  expect(attempts()).toEqual(["1", "2"])
  expect(dry.bytes).toBeGreaterThan(0)
  const wet = await asJson("gc")
  expect({ ...wet, dryRun: true, stderr: "" }).toEqual({ ...dry, stderr: "" })
  expect(attempts()).toEqual(["2"])
})

test("a store that a newer version made is read and written by no command", async () => {
  const newer = temporaryFolder()
  newer.write("store.json", '{ "schema": 99 }')
  newer.write("tiny.ts", tinyExperiment())
  const calls = [["status"], ["collect", "tiny"], ["verify", "abcd"], ["plan", "tiny.ts"], ["run", "tiny.ts"]]
  for (const words of calls) {
    const { code, stderr } = await saddlepoint([...words, "--store", "."], newer.folder)
    expect([words[0], code]).toEqual([words[0], 2])
    expect(stderr).toContain("but it is of schema 99; use the newer version of Saddlepoint that made it")
  }
  newer.remove()
})
