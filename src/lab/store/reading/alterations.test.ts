import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { contentHash } from "@saddlepoint/core/declare/canonical"
import { encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { edit } from "../../testing/forge.ts"
import {
  anAttempt,
  anEvaluation,
  anExecution,
  aPlan,
  aResult,
  ofResult,
  someExecutions,
} from "../../testing/plan.ts"
import { attest } from "../../verification/verification.ts"
import { chainStart, nextLink } from "../attempts/hashChain.ts"
import { writeJson } from "../files/durable.ts"
import { register } from "../frozen/registration.ts"
import { keepAttestation, readAttestations } from "../results/attestation.ts"
import { readEvaluations } from "../results/evaluations.ts"
import { standingOf } from "../trials/standing.ts"
import { type PublishedResult, publishedResult, recoverResult } from "../trials/trialRecord.ts"
import { collectFindings } from "./collect.ts"
import { publishedResults } from "./publishedResults.ts"
import { experimentStatus } from "./storeStatus.ts"

const plan = aPlan({ l1: "baseline", gan: "challenger" }, [1], { hash: contentHash({}) })
const [, trial] = plan.trials
let store: string
let published: PublishedResult

/** Weights of more than 64 KiB, so that only a close look reads them. */
const weights = (scale: number) =>
  encodeSafetensors({ "judge/w": { shape: [20_000], values: new Float32Array(20_000).fill(scale) } })
const answers = (first: number) => JSON.stringify({ target: { labels: [0, 1], answers: [first, 1] } })

beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-alterations-"))
  for (const one of plan.trials) {
    const attempt = anAttempt(store, one)
    const losses = { "generator/total": 0.25 }
    const chain = nextLink(chainStart, "play", 0, losses)
    attempt.journal({ event: "step", stage: "play", step: 0, seconds: 0.5, losses, chain })
    const artifacts = {
      weights: attempt.artifact("weights.safetensors", weights(1)),
      answers: attempt.artifact("answers.json", answers(0)),
      grid: attempt.artifact("grid.png", new Uint8Array(100)),
    }
    const fid = { value: 12.5, noise: 0.75, identity: { judge: "abc" } }
    attempt.finish(aResult(one, { artifacts, metrics: { fid } }))
  }
  register(plan, store, "run", "2026-01-01T00:00:00.000Z")
  published = publishedResult(store, "example", trial!.id, anExecution)!
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

/** Files that each of the three readers names, which are the same ones. */
function named(closeness: "small" | "all" = "small"): string[] {
  const { trials, altered = [] } = collectFindings(plan, store, { closeness })
  const inReport = [...trials.flatMap(({ altered = [] }) => altered), ...altered].map(({ file }) => file)
  const inTable = publishedResults(store, "example", closeness).altered.map(({ file }) => file)
  const status = experimentStatus(store, "example", undefined, closeness)
  const inStatus = [...status.trials.flatMap(({ altered }) => altered), ...status.altered].map(
    ({ file }) => file,
  )
  expect([inTable.sort(), inStatus.sort()]).toEqual([inReport.sort(), inReport])
  return inReport
}

const inAttempt = (name: string) => join(published.folder, name)
const results = ["attempts/1/result.json", `results/${anExecution}.json`]
const finding = () => collectFindings(plan, store).trials.find(({ id }) => id === trial!.id)

test("a store that nobody touched has nothing to name, however closely it is looked at", () => {
  expect([named(), named("all")]).toEqual([[], []])
  expect(collectFindings(plan, store).environment.Digests).toBe(
    "every result vouches for itself and its files",
  )
  expect(publishedResults(store, "example").results.map(({ altered }) => altered)).toEqual(["no", "no"])
})

describe("a result that was edited counts as missing, and is named by report, collect and status", () => {
  test.each([
    ["its status, to diverged", '"status": "completed"', '"status": "diverged"'],
    ["a value, by less than 1e-4", '"value": 12.5', '"value": 12.5001'],
    ["the noise of a value", '"noise": 0.75', '"noise": 0.7'],
    ["the identity of a value", '"judge": "abc"', '"judge": "abd"'],
    ["its arm", '"arm": "gan"', '"arm": "can"'],
    ["its role", '"role": "challenger"', '"role": "baseline"'],
    ["its seed", '"seed": 1', '"seed": 2'],
    ["its seconds", '"trainSeconds": 1', '"trainSeconds": 2'],
    ["its parameters", '"generator": 4', '"generator": 5'],
    ["its memory", '"peakMemory": 100', '"peakMemory": 101'],
    ["a space", '"seed": 1', '"seed":  1'],
    ["the name of its digest, so that it looks like an older one", '"digest"', '"digesu"'],
    ["its schema, so that it looks like an older one", '"schema": 3', '"schema": 1'],
  ])("%s", (_, from, to) => {
    edit(inAttempt("result.json"), (text) => text.replace(from, to))
    expect(named()).toEqual(results)
    expect(finding()).toMatchObject({ status: "missing" })
    expect(publishedResults(store, "example").results.map(({ result }) => result.arm)).toEqual(["l1"])
  })
})

describe("a file that a result vouches for and that was changed is named, and the trial is marked", () => {
  test.each([
    [
      "classes that were answered",
      "artifacts/answers.json",
      (text: string) => text.replace("[0,1]}}", "[1,1]}}"),
    ],
    ["a picture", "artifacts/grid.png", (text: string) => `\x01${text.slice(1)}`],
    ["a digit of a loss", "journal.jsonl", (text: string) => text.replace("0.25", "0.26")],
    ["the manifest", "manifest.json", (text: string) => text.replace('"files": 3', '"files": 4')],
  ])("%s", (_, name, change) => {
    edit(inAttempt(name), change)
    expect(named()).toEqual([`attempts/1/${name}`])
    expect(finding()).toMatchObject({ status: "completed" })
    const marks = publishedResults(store, "example").results.map(({ result, altered }) => [
      result.arm,
      altered,
    ])
    expect(marks).toEqual([
      ["gan", "yes"],
      ["l1", "no"],
    ])
  })

  test("weights that were scaled: by their size nothing shows, --check sees them", () => {
    writeFileSync(inAttempt("artifacts/weights.safetensors"), weights(2))
    expect(named()).toEqual([])
    expect(named("all")).toEqual(["attempts/1/artifacts/weights.safetensors"])
  })

  test("one that was cut off, or is gone, is a sentence", () => {
    truncateSync(inAttempt("artifacts/weights.safetensors"), 1000)
    rmSync(inAttempt("journal.jsonl"))
    expect(named()).toEqual(["attempts/1/artifacts/weights.safetensors", "attempts/1/journal.jsonl"])
    expect(finding()?.altered?.map(({ sentence }) => sentence)).toEqual([
      "attempts/1/journal.jsonl is missing.",
      `attempts/1/artifacts/weights.safetensors was changed after it was written: it has 1000 bytes and had ${weights(1).length}.`,
    ])
  })
})

test("a published copy that is not the attempt's result is named", () => {
  const other = publishedResult(store, "example", plan.trials[0]!.id, anExecution)!
  rmSync(inAttempt("result.json"))
  writeFileSync(inAttempt("result.json"), readFileSync(join(other.folder, "result.json")))
  expect(named()).toEqual(["attempts/1/result.json"])
})

test("an attestation falls when its result is edited, and counts for nothing", () => {
  const replay = { from: 0, to: 10, compared: 1, firstDifference: null, relative: {}, unlike: [] }
  keepAttestation(published.home, attest(published, replay, []))
  expect(collectFindings(plan, store).environment.Verified).toBe("1 of 2 results played again: 1 bitwise")
  edit(inAttempt("result.json"), (text) => text.replace('"value": 12.5', '"value": 11.5'))
  const edited = ["attempts/1/result.json", `results/${anExecution}.json`]
  expect(named()).toEqual(edited)
  expect(named("all")).toEqual([edited[0], "attestations/1.json", edited[1]])
  expect(collectFindings(plan, store).environment.Verified).toBe("no result was played again")
})

test("once another result stands in the place of an edited one, only --check names what nothing rests on any more", () => {
  edit(inAttempt("result.json"), (text) => text.replace('"value": 12.5', '"value": 11.5'))
  anAttempt(store, trial!).finish(aResult(trial!))
  expect(named()).toEqual([])
  expect(named("all")).toEqual(["attempts/1/result.json", `results/${anExecution}.json`])
})

test("an edited result whose attempt still has it whole counts as missing until it is published anew", () => {
  const file = join(published.home, `results/${anExecution}.json`)
  const text = readFileSync(file, "utf8")
  rmSync(file)
  writeFileSync(file, text.replace('"value": 12.5', '"value": 11.5'))
  expect(experimentStatus(store, "example").counts).toMatchObject({ done: 1, missing: 1 })
  expect(recoverResult(store, "example", trial!.id, anExecution)?.result.metrics?.fid?.value).toBe(12.5)
  expect(experimentStatus(store, "example").counts).toMatchObject({ done: 2, missing: 0 })
  expect(named()).toEqual([])
})

test("a registration that was dated back is named and not counted", () => {
  edit(join(store, "example", "registrations", "1.json"), (text) => text.replace("2026-01-01", "2025-01-01"))
  expect(named()).toEqual(["registrations"])
  expect(collectFindings(plan, store).registration?.own).toBeUndefined()
})

test("a result of an earlier version is read, and shown as not covered by a digest", () => {
  const { files: _, ...old } = published.result
  for (const name of results) writeJson(join(published.home, name), { ...old, schema: 1, attempt: 1 })
  expect(named()).toEqual([])
  expect(finding()).toMatchObject({ status: "completed" })
  expect(experimentStatus(store, "example").uncovered).toBe(1)
  expect(publishedResults(store, "example").results.map(({ altered }) => altered)).toEqual(["unknown", "no"])
  expect(collectFindings(plan, store).environment.Digests).toBe(
    "1 of 2 results vouch for themselves and their files; the others are of an earlier version",
  )
})

describe("an evaluation", () => {
  const asked = anEvaluation(trial!)
  const judgedTrial = { ...trial!, evaluations: [asked] }
  const file = `evaluations/${asked.id}.${anExecution}.${anExecution}.json`
  const judge = () => {
    const attempt = anAttempt(store, trial!)
    attempt.judge(asked, ofResult(published.result), { psnr: { value: 12.5, identity: {} } })
    attempt.close()
    return attempt
  }

  test("that nobody touched has nothing to name", () => {
    judge()
    expect([named(), named("all")]).toEqual([[], []])
  })

  test("of which a digit was edited counts as missing, and is named until it is judged again", () => {
    judge()
    edit(join(published.home, file), (text) => text.replace("12.5", "12.6"))
    expect(named()).toEqual([file])
    expect(standingOf(store, "example", judgedTrial, someExecutions).missing).toEqual([asked])
    judge()
    expect(named()).toEqual([])
    expect(named("all")).toContain(file)
  })

  test("whose published name was removed is named by a close look", () => {
    judge()
    rmSync(join(published.home, file))
    expect(named("all")).toEqual([`attempts/2/evaluations/${asked.id}.json`])
    expect(standingOf(store, "example", judgedTrial, someExecutions).missing).toEqual([])
    expect(named("all")).toEqual([])
  })

  test("that is another than its attempt's is named", () => {
    const attempt = judge()
    rmSync(join(attempt.folder, "evaluations", `${asked.id}.json`))
    expect(named()).toEqual([`attempts/2/evaluations/${asked.id}.json`])
  })

  test("in whose place in its attempt a folder lies is named", () => {
    const own = join(judge().folder, "evaluations", `${asked.id}.json`)
    rmSync(own)
    mkdirSync(own)
    expect(named()).toEqual([`attempts/2/evaluations/${asked.id}.json`])
  })

  test.each(["manifest.json", "journal.jsonl", "judged.json"])(
    "whose attempt's %s was changed is named",
    (name) => {
      const attempt = judge()
      const path = join(attempt.folder, name)
      writeFileSync(path, `${readFileSync(path, "utf8")} `)
      expect(named()).toEqual([`attempts/2/${name}`])
    },
  )

  test("whose attestation was made before it was changed takes the attestation with it", () => {
    judge()
    const replay = { from: 0, to: 10, compared: 10, firstDifference: null, relative: {}, unlike: [] }
    const { evaluations } = readEvaluations(published.home, trial!.id)
    keepAttestation(published.home, attest(published, replay, [], undefined, evaluations))
    const standing = () => readAttestations(published.home, [published.file]).standing.length
    expect(standing()).toBe(1)
    edit(join(published.home, file), (text) => text.replace("12.5", "12.6"))
    expect(standing()).toBe(0)
  })
})
