import { resolve } from "node:path"
import { checkLaws } from "@saddlepoint/core/laws/checkLaws"
import { type LossTarget, lossesIn } from "@saddlepoint/core/laws/targets"
import { openEngine } from "@saddlepoint/engine/open"
import * as Console from "effect/Console"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { importFile } from "../definitionFile.ts"
import { attempt, exitCodes, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"

export const laws = Command.make(
  "laws",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("a module that exports losses; all built-in ones when left out"),
      Argument.optional,
    ),
    runs: Flag.Int("runs").pipe(Flag.withDescription("cases per law"), Flag.withDefault(100)),
    seed: Flag.Int("seed").pipe(Flag.withDescription("seed of the cases"), Flag.withDefault(1)),
    device: Flag.String("device").pipe(
      Flag.withDescription("where tensors run; js by default, because every case has another shape"),
      Flag.withDefault("js"),
    ),
    json,
  },
  Effect.fn(function* (options) {
    const targets = yield* attempt(() => targetsOf(Option.getOrUndefined(options.file)))
    const engine = yield* attempt(() => openEngine({ device: options.device }))
    const report = yield* attempt(() => checkLaws(targets, { runs: options.runs, seed: options.seed }))
    engine.dispose()
    if (options.json) yield* Console.log(JSON.stringify(report))
    else yield* Console.log(textOf(report))
    if (report.failed > 0) process.exitCode = exitCodes.failed
  }),
).pipe(Command.withDescription("Check the laws of every built-in loss, or of the losses that a file exports"))

async function targetsOf(file: string | undefined): Promise<readonly LossTarget[]> {
  if (file === undefined) {
    const { lossesToCheck } = await import("@saddlepoint/core/losses/catalogue")
    return lossesToCheck
  }
  const targets = lossesIn(await importFile(resolve(file), file))
  if (targets.length > 0) return targets
  throw new WrongCall(
    `Expected ${file} to export a loss, made with reconstructionLoss or adversarialLoss, but it exports none.`,
  )
}

function textOf({ checked, failed }: ReturnType<typeof checkLaws>): string {
  const lines = checked.flatMap(({ kind, name, laws }) => [
    `${kind} ${name}`,
    ...laws.flatMap((law) => {
      const mark = { passed: "ok", failed: "FAILED", notApplicable: "--" }[law.status]
      const why = law.status === "notApplicable" ? ` (${law.reason})` : ""
      const found =
        law.status === "failed"
          ? [
              `           counterexample ${JSON.stringify(law.counterexample)}`,
              `           expected ${law.expected}, got ${law.got}; seed ${law.seed}`,
            ]
          : []
      return [`  ${mark.padEnd(7)} ${law.law}${why}`, ...found]
    }),
  ])
  return [...lines, "", failed === 0 ? "All laws hold." : `${failed} laws are broken.`].join("\n")
}
