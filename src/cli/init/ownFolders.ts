import { existsSync, statSync } from "node:fs"
import { isAbsolute, relative, resolve, sep } from "node:path"
import { WrongCall } from "../exit.ts"
import { type TemplateName, templates } from "./templates.ts"

/**
 * Folders of the user's own images as they are called from the project's folder, with `/` between names.
 * @param data as they are called from here
 * @throws WrongCall where a template takes another number of them, or they are not there
 */
export function ownFolders(
  template: TemplateName,
  data: readonly string[],
  project: string,
): readonly string[] {
  const { fewest, most, words } = templates[template].folders
  if (data.length > 0 && (data.length < fewest || data.length > most)) {
    throw new WrongCall(
      `Expected ${words} for the template ${template}, each behind a --data of its own, but got ${data.length}; leave --data out for generated data.`,
    )
  }
  const missing = data.find((path) => !existsSync(path) || !statSync(path).isDirectory())
  if (missing !== undefined) {
    throw new WrongCall(
      `Expected --data to name a folder, but there is none at ${missing}; give the path of your images from here.`,
    )
  }
  const [first, second] = data
  if (template === "pairs" && second !== undefined && resolve(first!, "..") !== resolve(second, "..")) {
    throw new WrongCall(
      `Expected both folders of the pairs beside each other, but ${first} and ${second} lie apart; put them, or links to them, into one folder.`,
    )
  }
  return data.map((path) => {
    const near = relative(resolve(project), resolve(path)) || "."
    // Of another drive
    return (isAbsolute(near) ? resolve(path) : near).replaceAll(sep, "/")
  })
}
