import type { Change } from "@saddlepoint/lab/contracts/registration"
import { valueInWords } from "@saddlepoint/lab/store/frozen/definitionChange"
import {
  type ComparedTrial,
  compareTrials,
  type TrialComparison,
} from "@saddlepoint/lab/store/reading/trialComparison"
import { knownSchema } from "@saddlepoint/lab/store/upkeep/storeSchema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { columns } from "../columns.ts"
import { attempt } from "../exit.ts"
import { json, store } from "../flags.ts"
import { say } from "../say.ts"

const trial = (name: string, description: string) =>
  Argument.String(name).pipe(Argument.withDescription(description))

export const compare = Command.make(
  "compare",
  {
    a: trial(
      "a",
      "id of a finished trial, or its first digits; ID@EXECUTION where not its newest result is meant",
    ),
    b: trial("b", "another one, of any experiment of the run store"),
    store,
    json,
  },
  Effect.fn(function* (options) {
    const found = yield* attempt(() => {
      knownSchema(options.store)
      return compareTrials(options.store, [options.a, options.b])
    })
    yield* say(options.json ? JSON.stringify(found) : textOf(found))
  }),
).pipe(
  Command.withDescription(
    "Show in which fields two trials differ, and their metrics side by side where they may be compared",
  ),
  Command.withExamples([
    { command: "saddlepoint compare 3f2a 91bc", description: "By the first digits of their ids" },
  ]),
)

/** Most files of the code that are named. */
const mostSources = 10

function textOf({ a, b, spec, environment, metrics, alone }: TrialComparison): string {
  const isSource = ({ path }: { readonly path: string }) => path.startsWith("code.sources.")
  const sources = environment.filter(isSource)
  const more = sources.length - mostSources
  const facts = [...environment.filter((change) => !isSource(change)), ...sources.slice(0, mostSources)]
  const rows = metrics.map(({ metric, a: one, b: other, difference }) => [
    `  ${metric}`,
    one.toPrecision(6),
    other.toPrecision(6),
    difference === null ? "not comparable" : signed(difference),
  ])
  const lone = [
    ...alone.a.map((name) => `  ${name}: a alone`),
    ...alone.b.map((name) => `  ${name}: b alone`),
  ]
  const refusals = metrics.flatMap(({ refusal }) => (refusal === undefined ? [] : [`  ${refusal}`]))
  return [
    `a: ${inWords(a)}`,
    `b: ${inWords(b)}`,
    a.weightsSha256 === b.weightsSha256 ? "Weights: the same bits." : "Weights: other bits.",
    "",
    "What they are made of:",
    ...listed(spec.map(sidesInWords)),
    "",
    "What made them:",
    ...listed([
      ...facts.map(sidesInWords),
      ...(more > 0 ? [`and ${more} more files of the code; --json names them`] : []),
    ]),
    "",
    "Metrics:",
    ...(rows.length === 0 ? ["  none has judged both."] : columns([["  ", "a", "b", "b - a"], ...rows])),
    ...refusals,
    ...lone,
  ].join("\n")
}

function inWords({
  experiment,
  trial: id,
  arm,
  seed,
  status,
  execution,
  trainSeconds,
}: ComparedTrial): string {
  return `${id} (${experiment}), ${arm}, seed ${seed}, ${status} in ${trainSeconds.toFixed(1)} s, execution ${execution}`
}

function sidesInWords({ path, before, after }: Change): string {
  const side = (value: Change["before"]) => (value === undefined ? "absent" : valueInWords(value))
  return `${path}: ${side(before)} -> ${side(after)}`
}

function listed(lines: readonly string[]): string[] {
  return lines.length === 0 ? ["  nothing differs."] : lines.map((line) => `  ${line}`)
}

function signed(value: number): string {
  return `${value > 0 ? "+" : ""}${value.toPrecision(4)}`
}
