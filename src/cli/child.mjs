// Entry of a trial's process: plays one trial from sources as they are. In the repository it starts with tsx.
import { built } from "./layout.mjs"
import "./sources.mjs"

// A failed trial's last words name the user's sources.
process.setSourceMapsEnabled(true)
await import(built ? "./child.js" : "./child.ts")
