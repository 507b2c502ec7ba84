import { existsSync } from "node:fs"

/** Whether this is a package that was built, and not the repository's sources. */
export const built = !existsSync(new URL("./main.ts", import.meta.url))
