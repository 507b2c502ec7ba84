import { resolve } from "node:path"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { checkLaws } from "@saddlepoint/core/laws/checkLaws"
import type { PartKind } from "@saddlepoint/core/laws/partSubjects"
import type { LawTarget } from "@saddlepoint/core/laws/subject"
import { openEngine } from "@saddlepoint/engine/open"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { importFile } from "../definitionFile.ts"
import { attempt, exitCodes, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import { say } from "../say.ts"

const lawKinds = ["loss", "strategy", "dataset", "model", "metric", "method"] as const
type LawKind = (typeof lawKinds)[number]

export const laws = Command.make(
  "laws",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("a module that exports plug-ins of the kind; all built-in ones when left out"),
      Argument.optional,
    ),
    kind: Flag.Literals("kind", lawKinds).pipe(
      Flag.withDescription(
        "whose laws: losses, strategies of domain adaptation, datasets, models, metrics, or methods that make images or points",
      ),
      Flag.withDefault("loss"),
    ),
    runs: Flag.Int("runs").pipe(
      Flag.withDescription(
        "cases per law; when left out 100 for losses, 10 for datasets and metrics, 5 for models, 2 for strategies and methods",
      ),
      Flag.optional,
    ),
    seed: Flag.Int("seed").pipe(Flag.withDescription("seed of the cases"), Flag.withDefault(1)),
    device: Flag.String("device").pipe(
      Flag.withDescription("where tensors run; js by default, because every case has another shape"),
      Flag.withDefault("js"),
    ),
    json,
  },
  Effect.fn(function* (options) {
    yield* attempt(() => checkRuns(options.runs))
    const targets = yield* attempt(() => targetsOf(options.kind, Option.getOrUndefined(options.file)))
    const engine = yield* attempt(() => openEngine({ device: options.device }))
    const runs = Option.match(options.runs, { onNone: () => ({}), onSome: (runs) => ({ runs }) })
    const report = yield* attempt(() => checkLaws(targets, { ...runs, seed: options.seed, engine }))
    engine.dispose()
    if (options.json) yield* say(JSON.stringify(report))
    else yield* say(textOf(report))
    if (report.failed > 0) process.exitCode = exitCodes.failed
  }),
).pipe(
  Command.withDescription(
    "Check the laws of every built-in loss, strategy, dataset, model, metric or method, or of those that a file exports",
  ),
)

/** What is checked: what a file exports of the kind, or all that is built in. */
export async function targetsOf(kind: LawKind, file: string | undefined): Promise<readonly LawTarget[]> {
  const known: { [K in LawKind]?: () => Promise<Targets> } = { loss: losses, strategy: strategies }
  const { builtIn, find, made } = await (known[kind] ?? (() => parts(kind as PartKind)))()
  if (file === undefined) return builtIn()
  const targets = find(await importFile(resolve(file), file))
  if (targets.length > 0) return targets
  throw new WrongCall(`Expected ${file} to export a ${kind}, ${made}, but it exports none.`)
}

/** What can be checked of a kind. */
interface Targets {
  builtIn(): readonly LawTarget[] | Promise<readonly LawTarget[]>
  readonly find: (exported: Readonly<Record<string, unknown>>) => readonly LawTarget[]
  readonly made: string
}

async function parts(kind: PartKind): Promise<Targets> {
  const { partSubjects, partsIn } = await import("@saddlepoint/core/laws/partSubjects")
  return {
    builtIn: async () => (await builtInParts(kind)).flatMap((plugin) => partSubjects(kind, plugin)),
    find: (exported) => partsIn(kind, exported).flatMap((target) => partSubjects(kind, target)),
    made: `a plug-in of the kind ${kind} or its use`,
  }
}

/** Datasets that are generated, as others need files; methods that are no strategies. */
async function builtInParts(kind: PartKind): Promise<readonly Plugin<PartKind>[]> {
  if (kind === "model") return (await import("@saddlepoint/core/models/catalogue")).models
  if (kind === "metric") return (await import("@saddlepoint/metrics/catalogue")).metrics
  if (kind === "method") {
    const { methods } = await import("@saddlepoint/core/methods/catalogue")
    const { isStrategy } = await import("@saddlepoint/core/laws/strategies/strategy")
    return methods.filter((plugin) => !isStrategy(plugin))
  }
  const { datasets } = await import("@saddlepoint/datasets/catalogue")
  return datasets.filter(({ options }) => !("folder" in options))
}

async function losses(): Promise<Targets> {
  const { losses: builtIn } = await import("@saddlepoint/core/losses/catalogue")
  const { lossesIn } = await import("@saddlepoint/core/laws/targets")
  return {
    builtIn: () => builtIn,
    find: lossesIn,
    made: 'made with loss("<role>", { ... }) or a plug-in of the kind loss',
  }
}

async function strategies(): Promise<Targets> {
  const { strategiesToCheck } = await import("@saddlepoint/core/laws/strategies/builtInStrategies")
  const { strategiesIn } = await import("@saddlepoint/core/laws/strategies/strategy")
  return {
    builtIn: () => strategiesToCheck,
    find: strategiesIn,
    made: "a plug-in of the kind method or its use",
  }
}

const marks = {
  passed: "ok",
  failed: "FAILED",
  notApplicable: "--",
  declined: "declined",
  unchecked: "unchecked",
}

function textOf({ checked, failed, unchecked }: Awaited<ReturnType<typeof checkLaws>>): string {
  const lines = checked.flatMap(({ kind, name, laws }) => [
    `${kind} ${name}`,
    ...laws.flatMap((law) => {
      const mark = marks[law.status]
      const why = law.reason === undefined ? "" : ` (${law.reason})`
      const found =
        law.status === "failed"
          ? [
              `            counterexample ${JSON.stringify(law.counterexample)}`,
              `            expected ${law.expected}, got ${law.got}; seed ${law.seed}`,
            ]
          : []
      return [`  ${mark.padEnd(9)} ${law.law}${why}`, ...found]
    }),
  ])
  return [...lines, "", headline(failed, unchecked)].join("\n")
}

/** What nobody could check is no law that holds. */
function headline(failed: number, unchecked: number): string {
  const broken = failed === 0 ? undefined : `${failed} ${failed === 1 ? "law is" : "laws are"} broken.`
  if (unchecked === 0) return broken ?? "All laws hold."
  const are = unchecked === 1 ? "law is" : "laws are"
  const why = `${unchecked} ${are} UNCHECKED for want of facts: declare them in the loss's \`laws\`, or decline the law in a sentence.`
  return `${broken ?? "No law is broken, but not all were checked."} ${why}`
}

/** No case breaks no law, which says nothing. */
function checkRuns(runs: Option.Option<number>): void {
  if (Option.isNone(runs) || (runs.value >= 1 && runs.value <= mostRuns)) return
  throw new WrongCall(`Expected --runs to be a number of cases from 1 to ${mostRuns}, but got ${runs.value}.`)
}

const mostRuns = 1_000_000
