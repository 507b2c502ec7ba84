import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Replay } from "../contracts/replay.ts"
import { openAttempt, takeAttempt } from "../store/attempts/attempt.ts"
import { chainStart, nextLink } from "../store/attempts/hashChain.ts"
import { readManifest } from "../store/attempts/manifest.ts"
import { describeMachine } from "../store/execution/machine.ts"
import { trialFolder } from "../store/files/layout.ts"
import { keepAttestation, readAttestations } from "../store/results/attestation.ts"
import { type PublishedResult, publishedResult } from "../store/trials/trialRecord.ts"
import { anEngine, anExecution, aResult, aTrial, someCode, someFacts } from "../testing/plan.ts"
import { alteration, attest, environmentDifferences, isConfirmed, type Tolerance } from "./verification.ts"

let store: string
let home: string
let published: PublishedResult
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), "saddlepoint-verify-"))
  const trial = aTrial("gan")
  home = trialFolder(store, "example", trial.id)
  const attempt = openAttempt(store, "example", trial, anExecution, someFacts, takeAttempt(home, 0)!)
  let chain = chainStart
  for (let step = 0; step < 5; step += 1) {
    const losses = { "generator/total": 1 / (step + 3) }
    chain = nextLink(chain, "play", step, losses)
    attempt.journal({ event: "step", stage: "play", step, seconds: step, losses, chain })
  }
  attempt.finish(aResult(trial, { steps: 5 }))
  published = publishedResult(store, "example", trial.id, anExecution)!
})
afterEach(() => rmSync(store, { recursive: true, force: true }))

const change = (name: string, edit: (text: string) => string) => {
  const file = join(published.folder, name)
  writeFileSync(file, edit(readFileSync(file, "utf8")))
}

describe("a record that was not touched", () => {
  test("agrees with itself", () => {
    expect(alteration(published)).toBeUndefined()
  })
})

const journal = "attempts/1/journal.jsonl"

describe("a record that was changed is caught without playing anything again", () => {
  test("one digit of a loss: the step is named", () => {
    change("journal.jsonl", (text) => text.replace("0.2,", "0.3,").replace("0.2}", "0.3}"))
    expect(alteration(published)).toMatchObject({
      sentence: `${journal} was changed after it was written: its hash chain breaks at step 2.`,
      difference: { step: 2, name: "hash chain" },
    })
  })

  test("one digit of a time, which no chain covers: by the journal's digest", () => {
    change("journal.jsonl", (text) => text.replace('"seconds":4', '"seconds":3'))
    expect(alteration(published)?.sentence).toBe(
      `${journal} was changed after it was written: its digest is not the one in the result.`,
    )
  })

  test("a line less", () => {
    change("journal.jsonl", (text) => text.split("\n").slice(1).join("\n"))
    expect(alteration(published)?.sentence).toMatch(/hash chain breaks at step 1|bytes and had/)
  })

  test("a line that is no JSON any more", () => {
    change("journal.jsonl", (text) => `${text}{"event":"st`)
    expect(alteration(published)?.sentence).toMatch(
      /journal\.jsonl was changed after it was written: it has \d+ bytes and had \d+/,
    )
  })

  test("the manifest", () => {
    change("manifest.json", (text) => text.replace('"seed": 1', '"seed": 2'))
    expect(alteration(published)?.sentence).toContain("manifest.json was changed")
  })
})

const present = { engine: anEngine, code: someCode, machine: describeMachine() }

test("what differs between two environments is named, what changes bits before the code", () => {
  const manifest = readManifest(published.folder)!
  expect(environmentDifferences(manifest, present)).toEqual([])
  const other = {
    engine: { ...anEngine, threads: 2, version: "test 2" },
    code: { ...someCode, digest: "9".repeat(64) },
    machine: { ...present.machine, instructions: `${present.machine.instructions}, and more` },
  }
  expect(environmentDifferences(manifest, other).map(({ what }) => what)).toEqual([
    "threads",
    "instruction set",
    "engine version",
    "code",
  ])
})

describe("the outcome of a replay", () => {
  const difference = { step: 3, name: "generator/total", recorded: 0.5, replayed: 0.50001 }
  const replay: Replay = {
    from: 0,
    to: 5,
    compared: 5,
    firstDifference: difference,
    relative: { losses: 1e-5, fid: 2e-3 },
    unlike: [],
  }
  const elsewhere = [{ what: "threads", recorded: "1", present: "2" }]
  const otherCode = [{ what: "code", recorded: "a", present: "b" }]

  test("is bitwise where nothing differed, wherever it was played", () => {
    const same = { ...replay, firstDifference: null, relative: {} }
    expect(attest(published, same, [])).toMatchObject({
      outcome: "bitwise",
      sentence: "The whole trial gave the same bits again.",
    })
    expect(attest(published, { ...same, from: 2 }, elsewhere)).toMatchObject({
      outcome: "bitwise",
      sentence: "Steps 2 to 5 gave the same bits again, although threads was 1 and is 2.",
    })
  })

  test("blames the environment before the code", () => {
    const { outcome, sentence } = attest(published, replay, elsewhere)
    expect(outcome).toBe("environment-differs")
    expect(sentence).toContain("threads was 1 and is 2")
  })

  test("is diverged where the same code gives anything else, however little, and whatever tolerance was stated", () => {
    const { outcome, sentence, maxDifference } = attest(published, replay, [], { all: 1 })
    expect({ outcome, maxDifference }).toEqual({ outcome: "diverged", maxDifference: 2e-3 })
    expect(sentence).toBe(
      "The replay leaves the record at step 3: generator/total was 0.5 and is 0.50001 at step 3; the largest relative differences are: losses 0.0000100, fid 0.00200.",
    )
  })

  test("is within tolerance where other code plays and every kind of number is within what was stated for it", () => {
    const outcomeOf = (tolerance?: Tolerance, unlike: string[] = []) =>
      attest(published, { ...replay, unlike }, otherCode, tolerance).outcome
    expect(outcomeOf()).toBe("environment-differs")
    expect(outcomeOf({ all: 1e-4 })).toBe("environment-differs")
    expect(outcomeOf({ all: 1e-2 })).toBe("within-tolerance")
    expect(outcomeOf({ all: 1e-4, of: { fid: 0.01 } })).toBe("within-tolerance")
    expect(outcomeOf({ of: { fid: 0.01 } })).toBe("environment-differs")
    expect(outcomeOf({ all: 1 }, ["fid identity"])).toBe("environment-differs")
    expect(attest(published, replay, elsewhere, { all: 1 }).outcome).toBe("environment-differs")
  })

  test("speaks for the record only where it was given again or is explained", () => {
    const confirmed = (
      ["bitwise", "within-tolerance", "diverged", "environment-differs", "altered"] as const
    ).map((outcome) => isConfirmed({ outcome }))
    expect(confirmed).toEqual([true, true, false, false, false])
  })

  test("is kept beside the result, one file each, never over another", () => {
    const first = attest(published, { ...replay, firstDifference: null, relative: {} }, [])
    const second = attest(published, replay, [])
    expect([keepAttestation(home, first), keepAttestation(home, second)]).toEqual([1, 2])
    const { standing, fallen } = readAttestations(home, [published.file])
    expect({ standing, fallen }).toEqual({ standing: [first, second], fallen: [] })
  })

  test("falls when the result is edited, and so does one that was edited itself", () => {
    keepAttestation(home, attest(published, { ...replay, firstDifference: null, relative: {} }, []))
    keepAttestation(home, attest(published, replay, []))
    const file = join(home, "attestations", "2.json")
    writeFileSync(file, readFileSync(file, "utf8").replace("diverged", "bitwise"))
    const read = () => readAttestations(home, [published.file])
    expect([read().standing.length, read().broken]).toEqual([1, ["attestations/2.json"]])
    change("result.json", (text) => text.replace('"seconds": 1.5', '"seconds": 1.4'))
    expect([read().standing, read().fallen]).toEqual([[], ["attestations/1.json"]])
  })
})
