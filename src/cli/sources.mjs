// Lets definitions and plug-ins outside this repository import its packages. TypeScript is loaded by tsx, before this.
import { register } from "node:module"

register("./resolve.mjs", import.meta.url)
