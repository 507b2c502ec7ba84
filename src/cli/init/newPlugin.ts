import { WrongCall } from "../exit.ts"
import { reachedFrom } from "./command.ts"
import type { Made } from "./made.ts"
import { type PluginKind, plugins } from "./plugins.ts"
import { beside } from "./templates/template.ts"
import { writeNew } from "./writeNew.ts"

/** A constant of TypeScript that begins as constructors here do. */
const identifier = /^[a-z][A-Za-z0-9]*$/

/**
 * Writes `NAME.ts` into the folder where the user is.
 * @throws WrongCall where the name is none, or the file is there
 */
export function newPlugin(kind: PluginKind, name: string | undefined): Made {
  if (name === undefined || !identifier.test(name)) {
    throw new WrongCall(
      `Expected a name for the ${kind} that begins with a small letter and has letters and digits alone, but got ${name ?? "none"}; try init ${kind} my${kind[0]!.toUpperCase()}${kind.slice(1)}.`,
    )
  }
  const { text, place } = plugins[kind]
  const files = writeNew(".", { [`${name}.ts`]: text(name) })
  const laws = `${reachedFrom(process.cwd()).terminal} laws ${name}.ts${kind === "loss" ? "" : ` --kind ${kind}`}`
  const use = `In an experiment: import { ${name} } from ${beside(name)}, and ${place(name)}.`
  return { folder: ".", files, next: [laws, "", use] }
}
