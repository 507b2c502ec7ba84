import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { isGiven, type Judge } from "@saddlepoint/core/contracts/judge"
import type { Player } from "@saddlepoint/core/contracts/player"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { judgesOf } from "@saddlepoint/core/declare/evaluations"
import { untrainedPlayers } from "@saddlepoint/core/play/trainer"
import type { Engine } from "@saddlepoint/engine/engine"
import { type JudgingPlayer, type Tap, tapOf } from "@saddlepoint/metrics/judges/tap"
import { newest } from "../store/results/publication.ts"
import { readTrial } from "../store/trials/trialRecord.ts"
import { restoreKept, UnfitWeights } from "../trial/keptWeights.ts"
import type { TrainedRecord } from "./trainedRecord.ts"

/** What a judge of a trial's metrics sees in images. */
export interface JudgeFeatures extends Tap {
  /** The judge's plug-in, e.g. `domainFeatures`. */
  readonly judge: string
  dispose(): void
}

/** Where a judge is looked for. */
interface JudgeWorld {
  readonly store: string
  readonly plugins: PluginMap
  /** What a trained judge learnt from, as to its shapes. */
  readonly dataset: OpenDataset
  readonly engine: Engine
}

/**
 * Opens the judge that saw the trial's images by its features, of several that of the first metric by name; undefined where there is none, or where neither the run
 * store has its weights nor the disk its file.
 */
export async function judgeFeatures(
  { experiment, manifest }: TrainedRecord,
  world: JudgeWorld,
): Promise<JudgeFeatures | undefined> {
  const { evaluations } = readTrial(world.store, experiment, manifest.trial)
  const records = evaluations.map(({ record }) => record).sort((a, b) => (a.metric < b.metric ? -1 : 1))
  for (const record of records) {
    const { features: spec } = record.preimage.metric as { readonly features?: JsonObject }
    if (spec === undefined || !world.plugins.has(`judge/${spec.use}`)) continue
    const judge = build("judge", spec, world.plugins)
    const player = isGiven(judge)
      ? await given(judge, world.engine)
      : trained(judge, judgesOf(record).features, experiment, world)
    if (player === undefined) continue
    if ((player as Partial<JudgingPlayer>).taps?.features === undefined) {
      player.dispose()
      continue
    }
    const tap = tapOf(player, "features", record.metric)
    return {
      ...tap,
      rows: (images) => tap.rows(images),
      judge: String(spec.use),
      dispose: () => player.dispose(),
    }
  }
  return undefined
}

async function given(judge: Extract<Judge, { open: unknown }>, engine: Engine): Promise<Player | undefined> {
  return (await judge.missing()).length > 0 ? undefined : (await judge.open(engine)).player
}

/** A judge as its own trial left it; undefined where that is not there any more, or was changed. */
function trained(
  judge: Exclude<Judge, { open: unknown }>,
  id: string | undefined,
  experiment: string,
  { store, dataset }: JudgeWorld,
): Player | undefined {
  const published = id === undefined ? undefined : newest(readTrial(store, experiment, id).results.values())
  if (published === undefined) return undefined
  const { [judge.player]: player, ...others } = untrainedPlayers(
    judge.stages(dataset),
    judge.seed,
    judge.steps,
  )
  try {
    restoreKept({ ...others, [judge.player]: player! }, published)
    return player
  } catch (error) {
    player!.dispose()
    if (error instanceof UnfitWeights) return undefined
    throw error
  } finally {
    for (const other of Object.values(others)) other.dispose()
  }
}
