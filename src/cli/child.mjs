// Entry of a trial's process: plays one trial from its TypeScript sources.
import "./sources.mjs"

await import("./child.ts")
