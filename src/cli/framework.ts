import { dirname, join, relative, sep } from "node:path"
import { fileURLToPath } from "node:url"

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..")

/** Whether a file is Saddlepoint's own, or of a package that is installed with it. */
export function isFramework(file: string): boolean {
  const [room = ".."] = relative(repository, file).split(sep)
  return ["src", "datasets", "metrics", "reports", "node_modules"].includes(room)
}
