import { join } from "node:path"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { attempt, WrongCall } from "../exit.ts"
import { json } from "../flags.ts"
import { askData, askFolder, askTemplate, canAsk } from "../init/ask.ts"
import type { Made } from "../init/made.ts"
import { newPlugin } from "../init/newPlugin.ts"
import { newProject } from "../init/newProject.ts"
import { pluginKinds } from "../init/plugins.ts"
import { templateNames, templates } from "../init/templates.ts"
import { say } from "../say.ts"

export const init = Command.make(
  "init",
  {
    what: Argument.String("folder").pipe(
      Argument.withDescription(
        `the folder of the new project; or one of ${pluginKinds.join(", ")}, and then a name: the file NAME.ts`,
      ),
      Argument.optional,
    ),
    name: Argument.String("name").pipe(
      Argument.withDescription("name of the plug-in, such as myLoss"),
      Argument.optional,
    ),
    template: Flag.Literals("template", templateNames).pipe(
      Flag.withDescription("which experiment to begin with; a terminal asks where it is left out"),
      Flag.optional,
    ),
    data: Flag.String("data").pipe(
      Flag.withDescription(
        "a folder of your own images, twice where a template takes two; without it data are generated",
      ),
      Flag.between(0, 2),
    ),
    json,
  },
  Effect.fn(function* ({ what, name, json, ...project }) {
    const [first, second] = [Option.getOrUndefined(what), Option.getOrUndefined(name)]
    const kind = pluginKinds.find((known) => known === first)
    yield* attempt(() => {
      if (kind !== undefined || second === undefined) return
      throw new WrongCall(
        `Expected a folder, or one of ${pluginKinds.join(", ")} and a name, but got ${first} ${second}; leave one out.`,
      )
    })
    const made: Made = yield* kind === undefined
      ? initProject(first, Option.getOrUndefined(project.template), project.data)
      : attempt(() => newPlugin(kind, second))
    yield* say(json ? JSON.stringify(made) : textOf(made))
  }),
).pipe(
  Command.withDescription(
    "Write a project with an experiment that runs at once, or a plug-in that keeps the laws of its kind, to begin with",
  ),
)

const initProject = Effect.fn(function* (
  folder: string | undefined,
  template: (typeof templateNames)[number] | undefined,
  data: readonly string[],
) {
  const asks = canAsk() && template === undefined
  const chosen = template ?? (asks ? yield* askTemplate() : yield* attempt(withoutTemplate))
  const where = folder ?? (asks ? yield* askFolder(chosen) : chosen)
  const given = asks && data.length === 0 ? yield* askData(chosen) : data
  return yield* attempt(() => newProject(where, chosen, given))
})

function withoutTemplate(): never {
  const known = templateNames.map((name) => `--template ${name} (${templates[name].about})`)
  throw new WrongCall(`Expected --template, but got none; take ${known.join(", ")}.`)
}

function textOf({ folder, files, next }: Made): string {
  return [`Wrote ${files.map((file) => join(folder, file)).join(", ")}.`, "", ...next].join("\n")
}
