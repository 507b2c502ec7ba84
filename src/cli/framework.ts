import { dirname, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { frameworkRoot, isInstalled } from "@saddlepoint/lab/store/execution/frameworkRoot"

const root = frameworkRoot(dirname(fileURLToPath(import.meta.url)))

/** Whether a file is Saddlepoint's own, or of a package that is installed with it. */
export function isFramework(file: string): boolean {
  const rooms = relative(root, file).split(sep)
  // Some package managers put each package into a folder `node_modules` of its own.
  if (isInstalled(root)) return rooms[0] !== ".." || rooms.includes("node_modules")
  return ["src", "datasets", "metrics", "reports", "node_modules"].includes(rooms[0] ?? "..")
}
