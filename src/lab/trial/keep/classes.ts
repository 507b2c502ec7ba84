import type { ClassesMethod } from "@saddlepoint/core/contracts/method"
import { openAnswers } from "./answers.ts"
import { keptFeatures } from "./features.ts"
import type { Keeping, KeepingWorld, KeptFile } from "./keeping.ts"
import { translatedSources } from "./translatedSources.ts"

/**
 * `answers.json`: every class that was answered; `features.safetensors`: features of the first images of both domains; and of a
 * method that translates, `grid.png`: first translations.
 */
export function keepClasses(method: ClassesMethod, world: KeepingWorld): Keeping {
  const answers = openAnswers(world.dataset.classes ?? [])
  let features: Buffer | undefined
  return {
    async onChosen(players) {
      features = await keptFeatures(method, players, world)
    },
    add: answers.add,
    async files(players) {
      const grid = await translatedSources(method, players, world)
      const files: KeptFile[] = [{ name: "answers", file: "answers.json", bytes: answers.written() }]
      if (features !== undefined)
        files.push({ name: "features", file: "features.safetensors", bytes: features })
      if (grid !== undefined) files.push({ name: "grid", file: "grid.png", bytes: grid })
      return files
    },
  }
}
