import { neutral } from "@saddlepoint/core/contracts/neutral"
import type { Trial } from "@saddlepoint/core/declare/trial"
import type { RunEvent } from "../contracts/runEvent.ts"
import type { Progress } from "./progress.ts"

export interface EventLineOptions {
  /** Where to write; standard error when left out, because standard output holds the one object of `--json`. */
  readonly write?: (line: string) => void
  /** Seconds of a steady clock. */
  readonly now?: () => number
}

/**
 * Writes every event of a run as one JSON object a line. Each has `event`, its name, and `seconds` since the run began;
 * what is about a trial has `trial` (its id), `arm` and `seed`, what is played has `worker` (from 0). The others:
 *
 *     {"event":"planned","trials","reused","workers","missing"}            counts
 *     {"event":"launched",...,"go"}                                        1 for the first go of this run
 *     {"event":"resumed",...,"step"}
 *     {"event":"progress",...,"phase","stage","step","steps","losses"}     losses that are not finite are null
 *     {"event":"finished",...,"status","evidence"?}
 *     {"event":"failed",...,"class","sentence","retrying"}
 *     {"event":"held",...}  {"event":"elsewhere",...,"status"}  {"event":"blocked",...,"sentence"}
 *     {"event":"notice","sentence"}
 *
 * Later versions may add members and events, and change none of these.
 */
export function openEventLines(options: EventLineOptions = {}): Pick<Progress, "show" | "close"> {
  const write = options.write ?? ((line: string) => void process.stderr.write(line))
  const now = options.now ?? (() => performance.now() / 1000)
  const since = now()
  return {
    show(event) {
      const { event: name, ...rest } = eventLine(event)
      write(
        `${neutral(JSON.stringify({ event: name, seconds: Math.round((now() - since) * 1000) / 1000, ...rest }))}\n`,
      )
    },
    close() {},
  }
}

/** The members of an event's line, without the time. */
export function eventLine(event: RunEvent): { readonly event: string } & Readonly<Record<string, unknown>> {
  switch (event.type) {
    case "planned": {
      const { trials, reused, workers, missing } = event
      return { event: "planned", trials, reused, workers, missing: missing.length }
    }
    case "failed": {
      const { trial, worker, failure, retrying } = event
      return {
        event: "failed",
        ...aboutTrial(trial),
        worker,
        class: failure.class,
        sentence: failure.sentence,
        retrying,
      }
    }
    case "notice":
      return { event: "notice", sentence: event.sentence }
    default: {
      const { type, trial, ...rest } = event
      return { event: type, ...aboutTrial(trial), ...rest }
    }
  }
}

function aboutTrial({ id, arm, seed }: Trial) {
  return { trial: id, arm, seed }
}
