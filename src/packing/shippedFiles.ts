import { readdirSync } from "node:fs"
import { join } from "node:path"

/** Folders that serve those who work on the repository: tests, measurements, and what holds parts to their word. */
const rooms = ["node_modules", "testing", "bench", "chaos", "conformance", "fuzz", "studies"]

/** The files of a workspace that its package consists of, relative to its folder: sources, and modules that are JavaScript already. */
export function shippedFiles(workspace: string): readonly string[] {
  return filesBelow(workspace, "").sort()
}

function filesBelow(workspace: string, folder: string): string[] {
  return readdirSync(join(workspace, folder), { withFileTypes: true }).flatMap((entry) => {
    const { name } = entry
    const path = folder === "" ? name : `${folder}/${name}`
    if (entry.isDirectory()) return rooms.includes(name) ? [] : filesBelow(workspace, path)
    return /\.(ts|mts|mjs)$/.test(name) && !/\.test(-d)?\.ts$/.test(name) ? [path] : []
  })
}
