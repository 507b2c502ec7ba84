#!/usr/bin/env node
// Starts the command line from its TypeScript sources.
import "./sources.mjs"

await import("./main.ts")
