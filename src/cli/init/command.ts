import { createRequire } from "node:module"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** How Saddlepoint is called from a folder. */
export interface Reached {
  /** In a terminal. */
  readonly terminal: string
  /** In package.json's scripts. */
  readonly script: string
  /** What a tsconfig.json there extends. */
  readonly types: string
}

/** By its name where it is installed above the folder, else by the path of this very program. */
export function reachedFrom(folder: string): Reached {
  try {
    createRequire(join(folder, "here.js")).resolve("saddlepoint/package.json")
    return { terminal: "npx saddlepoint", script: "saddlepoint", types: "saddlepoint/tsconfig.json" }
  } catch {
    const own = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))
    const call = `node ${JSON.stringify(own("saddlepoint.mjs"))}`
    return { terminal: call, script: call, types: own("project.tsconfig.json") }
  }
}
