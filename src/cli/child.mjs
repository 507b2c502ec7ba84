// Entry of a trial's process, which starts with tsx: plays one trial from its TypeScript sources.
import "./sources.mjs"

await import("./child.ts")
