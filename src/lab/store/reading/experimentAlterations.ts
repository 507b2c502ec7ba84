import { readFileSync } from "node:fs"
import { join } from "node:path"
import { sha256 } from "../execution/sha256.ts"
import { listFolder } from "../files/durable.ts"
import { experimentFolder } from "../files/layout.ts"
import { readChoice } from "../frozen/choiceFile.ts"
import { readPlans } from "../frozen/keptPlan.ts"
import { readRegistrations } from "../frozen/registration.ts"
import type { Alteration, Closeness } from "./resultAlterations.ts"

/** What of an experiment is not as it was written, beside its trials: registrations, plans, a search's choice, with `all` patches. */
export function experimentAlterations(store: string, experiment: string, closeness: Closeness): Alteration[] {
  const { damaged } = readRegistrations(store, experiment)
  const found: Alteration[] = [
    ...damaged.map((sentence) => ({ file: "registrations", sentence })),
    ...readPlans(store, experiment).damaged.map((sentence) => ({ file: "plans", sentence })),
  ]
  try {
    readChoice(store, experiment)
  } catch (error) {
    found.push({ file: "choice.json", sentence: (error as Error).message })
  }
  if (closeness === "small") return found
  const folder = join(experimentFolder(store, experiment), "patches")
  for (const name of listFolder(folder)) {
    const digest = /^([0-9a-f]{64})\.patch$/.exec(name)?.[1]
    if (digest === undefined || sha256(readFileSync(join(folder, name))) === digest) continue
    const file = `patches/${name}`
    found.push({ file, sentence: `${file} was changed after it was written: its digest is not its name.` })
  }
  return found
}
