import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, parse, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { closeData, type Reach } from "@saddlepoint/core/contracts/dataDoor"
import { type Confinement, unconfined } from "../../contracts/confinement.ts"
import type { TrialRequest } from "../../contracts/trialRequest.ts"
import { attemptNumbers } from "../../store/attempts/attempt.ts"
import { frameworkRoot } from "../../store/execution/frameworkRoot.ts"
import { attemptFolder, trialFolder } from "../../store/files/layout.ts"
import { closeFiles } from "./closedFiles.ts"
import { closeNetwork } from "./closedNetwork.ts"

/** How a trial's process is kept from what its code must not know, and who may pass. */
export interface Confined {
  readonly reach: Reach
  readonly confinement: Confinement
}

/** Of a process that nothing was closed to. */
export const openly: Confined = { reach: (action) => action(), confinement: unconfined }

const framework = frameworkRoot(dirname(fileURLToPath(import.meta.url)))

/**
 * Confines this process for the rest of its life, before any of the user's files is loaded. It holds against code that reaches for what it
 * should not see, on purpose or not; native code, and code that takes Node or the framework apart, are beyond it.
 */
export function confine({ store, experiment, trial, mode, ...request }: TrialRequest): Confined {
  const reach = closeData()
  const home = trialFolder(store, experiment, trial.id)
  const own = "attempt" in request ? request.attempt : undefined
  const others = attemptNumbers(home).filter((attempt) => attempt !== own)
  const files = [
    request.definition,
    ...[...request.plugins, ...request.judgingPlugins].map(({ file }) => file),
  ]
  const projects = files.map(projectOf)
  closeFiles({
    open: [
      framework,
      ...loaded,
      ...system,
      ...projects,
      ...projects.flatMap(packages),
      ...packages(framework),
      home,
    ],
    closed: [
      store,
      ...dataRoots(),
      // What they keep has labels in it.
      ...others.map((attempt) => attemptFolder(store, experiment, trial.id, attempt)),
    ],
  })
  closeNetwork()
  return { reach, confinement: { data: "closed", files: "closed", network: "closed" } }
}

/** The folder that a file's project lies in, as package managers and Git find it; the file's own where there is none. */
function projectOf(file: string): string {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    if (["package.json", ".git"].some((mark) => existsSync(join(folder, mark)))) return folder
  }
  return dirname(file)
}

/** Where published sets lie unless their options say otherwise. */
const dataRoots = (): readonly string[] => [resolve(process.env.SADDLEPOINT_DATA || "data"), resolve("data")]

/** Where the program of this process lies, and where a loader of TypeScript keeps what it has translated. */
const loaded = [dirname(resolve(process.argv[1] ?? "")), join(tmpdir(), `tsx-${process.getuid?.() ?? ""}`)]

/** What the operating system and Node are made of. */
const system =
  process.platform === "win32"
    ? [join(parse(process.execPath).root, "Windows"), dirname(process.execPath)]
    : [
        "/bin",
        "/dev",
        "/etc",
        "/lib",
        "/lib64",
        "/Library",
        "/opt",
        "/proc",
        "/sys",
        "/System",
        "/usr",
        "/run",
        dirname(process.execPath),
      ]

/** Where packages may lie, which are loaded when they are first needed. */
function packages(folder: string): readonly string[] {
  const above = dirname(folder)
  return [join(folder, "node_modules"), ...(folder === above ? [] : packages(above))]
}
