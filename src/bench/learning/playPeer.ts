import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { launch } from "@saddlepoint/lab/schedule/launcher"
import { trialRequest } from "@saddlepoint/lab/schedule/trialRequest"
import { classifyEnd } from "@saddlepoint/lab/store/attempts/failure"
import { readJournal } from "@saddlepoint/lab/store/attempts/journal"
import { publishedResult } from "@saddlepoint/lab/store/trials/trialRecord"
import * as Effect from "effect/Effect"
import type { PortPlayed } from "./playPort.ts"
import type { Played, Playing } from "./playRecipe.ts"
import type { Port } from "./recipe.ts"

const childEntry = fileURLToPath(new URL("./peerChild.ts", import.meta.url))

/** What `peerChild.ts` is asked for beside the trial. */
export interface PeerTask {
  readonly python: string
  readonly port: Port
  /** Absolute, empty: where the trial is exported to, and the score is written. */
  readonly folder: string
  readonly metric: string
}

/** What `peerChild.ts` writes to `score.json`. */
export interface PeerScore {
  readonly played: PortPlayed
  /** Of our metric; absent where the port diverged. */
  readonly score?: number
}

/** What the peer came to under one training seed. */
export interface PeerPlayed extends Played {
  readonly torch?: string
  /** Largest difference of a loss from ours in the first steps, relative where the loss is above 1; absent where dropout is in them. */
  readonly apart?: number
}

/** Has a trial that we have played, so that its judges are there, played by its port. A port that fails says so in `evidence`. */
export async function playPeer(
  trial: Trial,
  playing: Playing,
  task: Omit<PeerTask, "folder">,
): Promise<PeerPlayed> {
  const { seed } = trial
  const folder = mkdtempSync(join(tmpdir(), "saddlepoint-peer-"))
  try {
    const extra = { ...task, folder } as unknown as JsonObject
    // Nothing is written to the store: of the modes, that of a probe says so.
    const request = trialRequest({ ...playing, extra }, trial, { mode: "probe" }, trial.evaluations)
    const end = await Effect.runPromise(launch({ childEntry, request, onMessage: () => {} }))
    const file = join(folder, "score.json")
    if (!existsSync(file)) return { seed, evidence: classifyEnd(end).sentence }
    const { played, score } = JSON.parse(readFileSync(file, "utf8")) as PeerScore
    const { torch, seconds, losses, diverged } = played
    const apart = largestDifference(ourLosses(trial, playing), losses)
    return {
      seed,
      torch,
      seconds,
      ...(score === undefined ? {} : { score }),
      ...(apart === undefined ? {} : { apart }),
      ...(diverged === null ? {} : { evidence: `A loss became non-finite at step ${diverged}.` }),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Losses = readonly Readonly<Record<string, number>>[]

function ourLosses(trial: Trial, { store, plan, executions }: Playing): Losses {
  const published = publishedResult(store, plan.experiment, trial.id, executions.of(trial).id)
  return published === undefined ? [] : readJournal(published.folder).steps.map(({ losses }) => losses)
}

/**
 * The largest difference between losses of the same name and step, as a share of ours where that is above 1.
 * @throws one sentence where one side has a loss that the other has not
 */
export function largestDifference(ours: Losses, theirs: Losses): number | undefined {
  const steps = Math.min(ours.length, theirs.length)
  const differences = Array.from({ length: steps }, (_, step) => {
    const [mine, other] = [ours[step]!, theirs[step]!]
    const [names, others] = [Object.keys(mine).sort().join(", "), Object.keys(other).sort().join(", ")]
    if (names !== others) throw new Error(`Expected the losses ${names} of the port, but got ${others}.`)
    return Object.entries(mine).map(
      ([name, loss]) => Math.abs(loss - other[name]!) / Math.max(1, Math.abs(loss)),
    )
  })
  return steps === 0 ? undefined : Math.max(...differences.flat())
}
