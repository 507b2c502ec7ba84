import { existsSync } from "node:fs"
import { join } from "node:path"
import type { WeightSource } from "../weightFiles/knownWeights.ts"
import { weightsFolder } from "../weightFiles/readWeights.ts"

/** A sentence for every file of weights that is not in the folder of weights. */
export function missingWeights(network: string, sources: readonly WeightSource[]): readonly string[] {
  return sources
    .map((source) => ({ source, path: join(weightsFolder(), source.name) }))
    .filter(({ path }) => !existsSync(path))
    .map(
      ({ source, path }) =>
        `Expected the weights of ${network} at ${JSON.stringify(path)}, but there is no such file; get it from ` +
        `${source.obtain} and put it there (SADDLEPOINT_WEIGHTS names another folder of weights).`,
    )
}
