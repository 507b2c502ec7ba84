#!/usr/bin/env node
// Starts the command line, in the repository from its TypeScript sources.
import { built } from "./layout.mjs"

if (!built) (await import("tsx/esm/api")).register()
await import("./sources.mjs")
await import(built ? "./main.js" : "./main.ts")
