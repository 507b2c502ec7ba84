import * as Prompt from "effect/cli/Prompt"
import * as Effect from "effect/Effect"
import { type TemplateName, templateNames, templates } from "./templates.ts"

/** Whether there is somebody to ask. */
export const canAsk = () => process.stdin.isTTY === true && process.stdout.isTTY === true

export const askTemplate = () =>
  Prompt.run(
    Prompt.Select({
      message: "What is it about?",
      choices: templateNames.map((value) => ({ title: value, description: templates[value].about, value })),
    }),
  )

export const askFolder = (usual: string) =>
  Prompt.run(Prompt.String({ message: "Folder of the project", default: usual }))

/** The user's own folders, none for generated data. */
export const askData = Effect.fn(function* (template: TemplateName) {
  const { words, fewest } = templates[template].folders
  const ask = (message: string) => Prompt.run(Prompt.String({ message }))
  const first = yield* ask(`Your own data, ${words} (nothing for generated data)`)
  if (first === "") return []
  return fewest === 1 ? [first] : [first, yield* ask("The second folder")]
})
