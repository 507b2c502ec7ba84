import type * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import { complain } from "./say.ts"

/**
 * What is wrong with the words of a call, a line for each mistake, and where to look it up. Where a flag or a command is not known,
 * nothing else is told: what follows it would be read otherwise.
 *
 * @param commandPath names of the commands that were called, the program's first
 */
export function wrongWordsInLines(
  errors: readonly CliError.NonShowHelpErrors[],
  commandPath: readonly string[],
): string {
  const command = commandPath.slice(1).join(" ")
  const unknown = errors.filter(({ _tag }) => _tag === "UnrecognizedOption" || _tag === "UnknownSubcommand")
  const help = `\`${[...commandPath, "--help"].join(" ")}\``
  const lines = (unknown.length > 0 ? unknown : errors).map((error) => {
    if (error._tag === "UnrecognizedOption") {
      const of = command === "" ? "" : ` of ${command}`
      return `Unknown flag ${error.option}${of}${meant(error)} ${help} lists them.`
    }
    if (error._tag === "UnknownSubcommand") {
      const of = command === "" ? "" : ` of ${command}`
      return `Unknown command ${error.subcommand}${of}${meant(error)} ${help} lists them.`
    }
    return `${oneLine(error.message)}; ${help} tells what it takes.`
  })
  return [...new Set(lines)].join("\n")
}

/** Help goes where it went; of a wrong call there are its sentences, and not the whole help. */
export const presenter: CliOutput.Presenter = {
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? complain(wrongWordsInLines(event.errors, event.commandPath))
      : CliOutput.defaultPresenter.present(event),
}

function meant({ suggestions }: { readonly suggestions: readonly string[] }): string {
  const [nearest] = suggestions
  return nearest === undefined ? ";" : `; did you mean ${nearest}?`
}

function oneLine(message: string): string {
  return message.replace(/\s*\n\s*/g, " ").replace(/\.$/, "")
}
