import { resolve } from "node:path"
import { reachedFrom } from "./command.ts"
import type { Made } from "./made.ts"
import { ownFolders } from "./ownFolders.ts"
import { projectFiles } from "./projectFiles.ts"
import type { TemplateName } from "./templates.ts"
import { writeNew } from "./writeNew.ts"

/** What a folder may have already: it stays as it is. */
const kept = ["package.json", "tsconfig.json", ".gitignore", "README.md"]

/**
 * Writes a project.
 * @param data folders of the user's own, as they are called from here; none for generated data
 * @throws WrongCall where the data are not there, or the folder has an experiment already
 */
export function newProject(folder: string, template: TemplateName, data: readonly string[]): Made {
  const own = ownFolders(template, data, folder)
  const files = writeNew(folder, projectFiles({ folder, template, data: own }), kept)
  const { terminal } = reachedFrom(resolve(folder))
  const next = [
    ...(resolve(folder) === process.cwd() ? [] : [`cd ${shellWord(folder)}`]),
    `${terminal} plan experiment.ts`,
    `${terminal} run experiment.ts --profile quick`,
  ]
  return { folder, files, next }
}

const shellWord = (path: string) => (/^[\w./~:\\-]+$/.test(path) ? path : JSON.stringify(path))
