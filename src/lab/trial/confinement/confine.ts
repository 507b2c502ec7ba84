import { tmpdir } from "node:os"
import { dirname, join, parse, resolve, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { closeData, type Reach } from "@saddlepoint/core/contracts/dataDoor"
import { publishedFolders } from "@saddlepoint/datasets/published/dataFolder"
import { type Confinement, unconfined } from "../../contracts/confinement.ts"
import type { TrialRequest } from "../../contracts/trialRequest.ts"
import { attemptNumbers } from "../../store/attempts/attempt.ts"
import { frameworkRoot } from "../../store/execution/frameworkRoot.ts"
import {
  attemptFolder,
  cacheFolder,
  experimentFolder,
  experimentsOf,
  trialFolder,
} from "../../store/files/layout.ts"
import { closeFiles } from "./closedFiles.ts"
import { closeNetwork } from "./closedNetwork.ts"
import { linkedPackages, packageFolders, projectOf } from "./project.ts"

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
  // Each once: their folders are looked through.
  const projects = [...new Set(files.map(projectOf))]
  closeFiles({
    open: [
      framework,
      ...loaded,
      ...system,
      ...projects,
      ...projects.flatMap(packageFolders),
      ...packageFolders(framework),
      ...[...projects, framework].flatMap(linkedPackages),
      // Networks that losses are given lie there.
      resolve(process.env.SADDLEPOINT_WEIGHTS || "weights"),
      home,
    ],
    closed: [
      ...closedStore(store, projects),
      ...closedData(projects),
      // What they keep has labels in it.
      ...others.map((attempt) => attemptFolder(store, experiment, trial.id, attempt)),
    ],
  })
  closeNetwork()
  return { reach, confinement: { data: "closed", files: "closed", network: "closed" } }
}

/** The run store; where it holds the project itself, what it keeps. */
function closedStore(store: string, projects: readonly string[]): readonly string[] {
  if (!projects.some((project) => holds(store, project))) return [store]
  return [cacheFolder(store), ...experimentsOf(store).map((name) => experimentFolder(store, name))]
}

/** Where published sets lie unless their options say otherwise: all that lies there, unless the project does. */
function closedData(projects: readonly string[]): readonly string[] {
  const named = process.env.SADDLEPOINT_DATA
  const root = resolve(named || "data")
  const whole = named && !projects.some((project) => holds(root, project))
  return whole ? [root] : publishedFolders.map((name) => join(root, name))
}

const holds = (folder: string, path: string) => path === folder || path.startsWith(folder + sep)

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
        // Of processes nothing but what tells of the machine: others' environments are there too.
        ...["cpuinfo", "meminfo", "1/cgroup", "self/cgroup"].map((name) => `/proc/${name}`),
        "/sys",
        "/System",
        "/usr",
        dirname(process.execPath),
      ]
