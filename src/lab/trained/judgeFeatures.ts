import type { OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { OpenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import { isGiven, type Judge } from "@saddlepoint/core/contracts/judge"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { judgesOf } from "@saddlepoint/core/declare/evaluations"
import { untrainedPlayers } from "@saddlepoint/core/play/trainer"
import { weightsDigest, weightsOf } from "@saddlepoint/core/play/weights"
import type { Engine } from "@saddlepoint/engine/engine"
import { type JudgingPlayer, type Tap, tapOf } from "@saddlepoint/metrics/judges/tap"
import { newest } from "../store/results/publication.ts"
import { readTrial } from "../store/trials/trialRecord.ts"
import { restoreKept } from "../trial/keptWeights.ts"
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
    const opened = isGiven(judge)
      ? await given(judge, world.engine)
      : trained(judge, judgesOf(record).features, experiment, world)
    if (opened === undefined) continue
    const { player } = opened
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

async function given(
  judge: Extract<Judge, { open: unknown }>,
  engine: Engine,
): Promise<OpenNetwork | undefined> {
  return (await judge.missing()).length > 0 ? undefined : judge.open(engine)
}

/** A judge as its own trial left it. */
function trained(
  judge: Exclude<Judge, { open: unknown }>,
  id: string | undefined,
  experiment: string,
  { store, dataset }: JudgeWorld,
): OpenNetwork | undefined {
  const published = id === undefined ? undefined : newest(readTrial(store, experiment, id).results.values())
  if (published?.result.artifacts.weights === undefined) return undefined
  const players = untrainedPlayers(judge.stages(dataset), judge.seed, judge.steps)
  restoreKept(players, published)
  const player = players[judge.player]!
  return { player, digest: weightsDigest(weightsOf({ [judge.player]: player })) }
}
