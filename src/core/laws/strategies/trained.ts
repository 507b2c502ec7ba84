import type { Engine } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import type { Players } from "../../contracts/game.ts"
import type { ClassesMethod } from "../../contracts/method.ts"
import type { OpenLoader } from "../../play/loader.ts"
import { train } from "../../play/trainer.ts"
import { fetchWeights, type Weights, weightsOf } from "../../play/weights.ts"
import { shown } from "../closeness.ts"
import { inOrder } from "../inOrder.ts"
import { Broken, type LawOptions } from "../law.ts"
import { standIns } from "../standIn.ts"
import { type DomainOptions, openTwoDomains } from "./twoDomains.ts"

/** Steps of each stage; of a single one twice as many. */
const stageSteps = 2

/** Where strategies train: the engine of the options, or else the one that is there on every machine. */
export async function engineOf({ engine }: LawOptions): Promise<Engine> {
  return engine ?? openEngine({ device: "js" })
}

/**
 * The weights of all players after some steps of a strategy.
 * @param fields takes the names of the fields that the stages read, e.g. `source.label`
 */
export async function trained(
  method: ClassesMethod,
  data: DomainOptions,
  engine: Engine,
  fields = new Set<string>(),
): Promise<Weights> {
  const { seed } = data
  const stages = method.stages(openTwoDomains(data).domains).map((stage) => ({ ...stage, share: 1 }))
  const steps = stageSteps * Math.max(2, stages.length)
  const openLoader: OpenLoader = (options) => {
    const loader = inOrder(options)
    return {
      ...loader,
      async next(step) {
        const batch = await loader.next(step)
        for (const field of Object.keys(batch)) fields.add(field)
        return batch
      },
    }
  }
  const { players, evidence } = await train({
    stages,
    seed,
    steps,
    engine,
    openLoader,
    given: standIns(method.needs),
  })
  await fetchWeights(players)
  const weights = weightsOf(players)
  disposeAll(players)
  if (evidence !== undefined) throw new Broken("the training to stay finite", evidence)
  return weights
}

/** Frees every player once, under however many names it goes. */
export function disposeAll(...games: readonly Players[]): void {
  for (const player of new Set(games.flatMap((players) => Object.values(players)))) player.dispose()
}

/** Those of the weights that answer: players `features` and `classes`. */
export function ofClassifier(weights: Weights): Weights {
  const own = Object.entries(weights).filter(([name]) => /^(features|classes)\//.test(name))
  return Object.fromEntries(own)
}

/** Throws `Broken` unless two trainings ended with the same weights, bit for bit. */
export function expectSameWeights(what: string, got: Weights, expected: Weights): void {
  const [names, others] = [Object.keys(got), Object.keys(expected)]
  if (names.join() !== others.join()) {
    throw new Broken(`${what}: the weights ${others.join(", ")}`, names.join(", "))
  }
  for (const name of names) {
    const [one, other] = [got[name]!.values, expected[name]!.values]
    const at = one.findIndex((value, index) => !Object.is(value, other[index]))
    if (at < 0 && one.length === other.length) continue
    const differ = one.filter((value, index) => !Object.is(value, other[index])).length
    throw new Broken(
      `${what}: ${name} ${shown(other)}, bit for bit`,
      `${shown(one)}; ${differ} of ${one.length} values differ`,
    )
  }
}
