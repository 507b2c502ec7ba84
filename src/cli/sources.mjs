// Lets Node run TypeScript sources, and lets definitions and plug-ins outside this repository import its packages.
import { register as registerHooks } from "node:module"
import { register } from "tsx/esm/api"

register()
registerHooks("./resolve.mjs", import.meta.url)
