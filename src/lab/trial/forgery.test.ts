import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { decodeSafetensors, encodeSafetensors } from "@saddlepoint/core/play/safetensors"
import { weightsDigest } from "@saddlepoint/core/play/weights"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { ChildMessage } from "../contracts/childMessage.ts"
import type { TrialResult } from "../contracts/result.ts"
import { takeAttempt } from "../store/attempts/attempt.ts"
import { chainStart, nextLink } from "../store/attempts/hashChain.ts"
import { readJournal } from "../store/attempts/journal.ts"
import { fileDigest, writeJson } from "../store/files/durable.ts"
import { attemptFolder, trialFolder } from "../store/files/layout.ts"
import { sealed } from "../store/files/sealed.ts"
import { takeLease } from "../store/leases/lease.ts"
import { type PublishedResult, publishedResult } from "../store/trials/trialRecord.ts"
import { criticGame, pluginsOf, requestOf } from "../testing/criticGame.ts"
import { edit, forge } from "../testing/forge.ts"
import { alteration } from "../verification/verification.ts"
import { playTrial } from "./playTrial.ts"
import { replayTrial } from "./replay.ts"

const { random } = Math
const plugins = pluginsOf(criticGame())
const budget = { steps: 2 }
let store: string
let published: PublishedResult
beforeEach(async () => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-forgery-"))
  const request = await requestOf(store, { mode: "play", attempt: 1, checkpointSeconds: 60 }, budget)
  const { trial, experiment, execution } = request
  takeAttempt(trialFolder(store, experiment, trial.id), 0)
  takeLease(attemptFolder(store, experiment, trial.id, 1), execution, 60)
  await playTrial(request, plugins, () => {})
  published = publishedResult(store, experiment, trial.id, execution)!
})
afterEach(() => {
  Math.random = random
  rmSync(store, { recursive: true, force: true })
})

/** What a replay finds of a forgery whose digests all fit, so that nothing but playing again can tell. */
async function replayed() {
  const { home, result } = published
  const forged = publishedResult(store, "example", result.trial, result.execution)!
  expect([home, alteration(forged)]).toEqual([home, undefined])
  const said: ChildMessage[] = []
  await replayTrial(await requestOf(store, { mode: "verify" }, budget), plugins, (message) =>
    said.push(message),
  )
  return said.flatMap((message) => (message.type === "replayed" ? [message.replay] : []))[0]!
}

test.each<[string, (result: TrialResult) => object, readonly string[]]>([
  [
    "that it diverged",
    (result) => ({ ...result, status: "diverged", evidence: "So." }),
    ["evidence", "status"],
  ],
  ["a sentence of evidence", (result) => ({ ...result, evidence: "So." }), ["evidence"]],
  ["its seed", (result) => ({ ...result, seed: 2 }), ["seed"]],
  ["its arm", (result) => ({ ...result, arm: "other" }), ["arm", "manifest arm"]],
  ["its role", (result) => ({ ...result, role: "baseline" }), ["manifest role", "role"]],
  ["its steps", (result) => ({ ...result, steps: 5 }), ["steps"]],
  ["its parameters", (result) => ({ ...result, parameters: { critic: 9 } }), ["parameters"]],
  [
    "a metric that it never had",
    (result) => ({ ...result, metrics: { fid: { value: 1, identity: {} } } }),
    ["fid"],
  ],
  [
    "that it kept no picture",
    (result) => ({ ...result, artifacts: { weights: result.artifacts.weights } }),
    ["kept files"],
  ],
  [
    "that it kept no weights",
    (result) => ({ ...result, artifacts: { grid: result.artifacts.grid } }),
    ["weights file"],
  ],
])(
  "a result that was forged with all its digests is found by playing it again: %s",
  async (_, change, unlike) => {
    forge(published, change)
    expect((await replayed()).unlike).toEqual(unlike)
  },
)

test("a record of an earlier version, whose result vouches for its journal and manifest alone, is given again", async () => {
  const { home, file, folder, result } = published
  const { digest: _, ...manifest } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))
  writeJson(join(folder, "manifest.json"), { ...manifest, schema: 3 })
  const { files: __, ...values } = result
  const digests = {
    journalSha256: fileDigest(join(folder, "journal.jsonl")),
    manifestSha256: fileDigest(join(folder, "manifest.json")),
  }
  for (const name of [join(folder, "result.json"), join(home, file)]) {
    writeJson(name, { ...values, metrics: {}, schema: 1, ...digests, attempt: 1 })
  }
  expect(await replayed()).toMatchObject({ firstDifference: null, relative: {}, unlike: [] })
  edit(join(folder, "journal.jsonl"), (text) => text.replace('"seconds":', '"seconds":1'))
  const old = publishedResult(store, "example", result.trial, result.execution)!
  expect(alteration(old)?.file).toBe("attempts/1/journal.jsonl")
})

/** Another text of the journal, with a hash chain that fits. */
function forgedJournal(factor: number, lines: number): string {
  let chain = chainStart
  const kept = readJournal(published.folder).steps.slice(0, lines)
  const text = kept.map(({ losses, ...line }) => {
    const forged = Object.fromEntries(Object.entries(losses).map(([name, value]) => [name, value * factor]))
    chain = nextLink(chain, line.stage, line.step, forged)
    return JSON.stringify({ ...line, losses: forged, chain })
  })
  return `${text.join("\n")}\n`
}

test.each<[string, string, () => string, readonly string[]]>([
  ["a picture", "artifacts/grid.png", () => "no picture", ["grid"]],
  ["a journal of fewer steps", "journal.jsonl", () => forgedJournal(1, 3), ["journal"]],
  [
    "what its manifest says of training",
    "manifest.json",
    () => {
      const { digest: _, ...manifest } = JSON.parse(
        readFileSync(join(published.folder, "manifest.json"), "utf8"),
      )
      return sealed({ ...manifest, trainingSteps: 7 })
    },
    ["manifest trainingSteps"],
  ],
])(
  "a file that was forged with all its digests is found by playing again: %s",
  async (_, name, content, unlike) => {
    forge(published, (result) => result, { [name]: content() })
    expect((await replayed()).unlike).toEqual(unlike)
  },
)

test("losses that were forged by a hundred thousandth, with their hash chain, are found by playing again", async () => {
  forge(published, (result) => result, { "journal.jsonl": forgedJournal(1.00001, 100) })
  const { firstDifference, relative } = await replayed()
  expect(firstDifference?.step).toBe(0)
  expect(relative.losses).toBeLessThan(2e-5)
})

test("weights that were scaled, with every digest made to fit, are found by playing again", async () => {
  const { folder, result } = published
  const weights = decodeSafetensors(readFileSync(join(folder, result.artifacts.weights!)))
  const scaled = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [
      name,
      { shape, values: values.map((x) => 2 * x) },
    ]),
  )
  forge(published, (result) => ({ ...result, weightsSha256: weightsDigest(scaled) }), {
    [result.artifacts.weights!]: encodeSafetensors(scaled),
  })
  expect(await replayed()).toMatchObject({ relative: { weights: 0.5 }, firstDifference: { name: "weights" } })
})
