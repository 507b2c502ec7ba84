import type { Plugin } from "../../contracts/plugin.ts"
import { methods } from "../../methods/catalogue.ts"
import { isStrategy } from "./strategy.ts"

/** Every strategy, each of its examples: what `saddlepoint laws --kind strategy` checks when no file is named. */
export const strategiesToCheck: readonly Plugin<"method">[] = methods.filter(isStrategy)
