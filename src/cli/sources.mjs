// Registers the module hooks of resolve.mjs. The repository's own TypeScript is loaded by tsx, before this.
import { register } from "node:module"

register("./resolve.mjs", import.meta.url)
