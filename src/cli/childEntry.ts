import { fileURLToPath } from "node:url"

/** The file that a trial's process starts with. */
export const childEntry = fileURLToPath(new URL("./child.mjs", import.meta.url))

/** The same, as sources to be digested. */
export const childSource = fileURLToPath(new URL("./child.ts", import.meta.url))
