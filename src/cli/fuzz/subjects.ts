import { commands } from "./commands.ts"
import { definitions } from "./definitions.ts"
import { imageFiles } from "./imageFiles.ts"
import type { Subject } from "./subject.ts"
import { weightFiles } from "./weightFiles.ts"

/** Everything that users give, by the name of its flag. */
export const subjects: Readonly<Record<string, Subject>> = {
  definitions,
  weights: weightFiles,
  images: imageFiles,
  commands,
}
