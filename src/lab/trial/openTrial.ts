import { judgedOnValidation } from "@saddlepoint/core/answer/judgedSplit"
import type { Reach } from "@saddlepoint/core/contracts/dataDoor"
import type { Dataset, OpenDataset } from "@saddlepoint/core/contracts/dataset"
import type { Stage } from "@saddlepoint/core/contracts/game"
import type { GivenNetwork } from "@saddlepoint/core/contracts/givenNetwork"
import type { JsonObject } from "@saddlepoint/core/contracts/json"
import type { TrainedJudge } from "@saddlepoint/core/contracts/judge"
import { type Method, refusalsOf, stagesOf } from "@saddlepoint/core/contracts/method"
import { type Player, rehearsing } from "@saddlepoint/core/contracts/player"
import { build } from "@saddlepoint/core/declare/decode/resolve"
import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { withControls } from "@saddlepoint/core/declare/plan"
import type { Trial } from "@saddlepoint/core/declare/trial"
import { rehearse } from "@saddlepoint/core/play/rehearse"
import type { Engine, EngineIdentity } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import { forbidMathRandom } from "@saddlepoint/engine/random"
import type { Confinement } from "../contracts/confinement.ts"
import type { TrialRequest, TrialTask } from "../contracts/trialRequest.ts"
import { cacheFolder } from "../store/files/layout.ts"
import { closeFiles } from "./confinement/closedFiles.ts"
import { closePlugins, reachingMetric } from "./confinement/closedPlugins.ts"
import { type Confined, openly } from "./confinement/confine.ts"
import { locatedFolders } from "./confinement/located.ts"
import { dataOf, throughDoor } from "./confinement/throughDoor.ts"
import { type AskedMetric, readyMetrics } from "./judges.ts"
import { refuse } from "./refusal.ts"

/** All that playing a trial needs, open and checked. */
export interface OpenTrial<Task extends TrialTask = TrialTask> {
  readonly request: TrialRequest<Task>
  readonly engine: Engine
  readonly data: Dataset
  readonly dataset: OpenDataset
  readonly datasetDigest: string
  /** The metrics that are to judge, with their judges; their plug-ins are loaded when this is asked for the first time. */
  metrics(): Promise<readonly AskedMetric[]>
  /** Absent for judges. */
  readonly method?: Method
  /** Present for judges. */
  readonly judge?: TrainedJudge
  /** The given networks that the method's losses see with. */
  readonly given: ReadonlyMap<GivenNetwork, Player>
  /** Does what may reach data, where this process is confined. */
  readonly reach: Reach
  /** What this process is kept from. */
  readonly confinement: Confinement
  /** Makes the stages anew; controls have none. */
  stages(): readonly Stage[]
}

/**
 * Opens a trial's engine, dataset, judges, method and the networks that it is given. From then on randomness has a name and a seed: `Math.random` throws.
 * @param definitionPlugins those of the trial
 * @param judgingPlugins those of its metrics as well; the same where left out
 * @throws Refusal with all the reasons why the trial cannot be played
 */
export async function openTrial<Task extends TrialTask>(
  request: TrialRequest<Task>,
  definitionPlugins: PluginMap,
  judgingPlugins: () => Promise<PluginMap> = async () => definitionPlugins,
  { reach, confinement }: Confined = openly,
): Promise<OpenTrial<Task>> {
  const plugins = withControls(definitionPlugins)
  const { trial, store } = request
  const engine = await reach(() => openEngine({ device: request.device, threads: request.threads }))
  refuse(otherEngine(request.engine, engine.identity))
  const data = reach(() => build("dataset", trial.source, plugins))
  // Whoever verifies believes no cache: what trials were given is made from the dataset's own files again.
  const cache = request.mode === "verify" ? undefined : cacheFolder(store)
  const whole = throughDoor(await reach(() => dataOf(() => data.open(cache))), reach)
  const digest = await reach(() => dataOf(() => data.digest()))
  if (confinement.data === "closed") {
    closeFiles({ closed: locatedFolders(trial.source, plugins) })
    closePlugins(plugins, reach)
  }
  refuse(otherData(trial, digest))
  const searching = trial.preimage.split === "validation"
  const dataset = searching ? judgedOnValidation(whole) : whole
  // Another digest: a value on the validation split is never compared with one on the test split.
  const datasetDigest = `${digest}${searching ? "-validation" : ""}`
  let ready: Promise<readonly AskedMetric[]> | undefined
  const metrics = () => {
    ready ??= reach(async () => {
      const found = await judgingPlugins()
      const asked = await readyMetrics(request, withControls(found), dataset, engine)
      return asked.map((one) => reachingMetric(one, reach))
    })
    return ready
  }
  forbidMathRandom()
  const spec = trial.preimage.spec as JsonObject
  const opened = { request, engine, data, dataset, datasetDigest, metrics, reach, confinement }
  if (trial.kind === "judge") {
    const judge = build("judge", spec, plugins) as TrainedJudge
    return { ...opened, judge, given: new Map(), stages: () => judge.stages(dataset) }
  }
  const method = build("method", { ...spec, data: trial.source }, plugins)
  refuse(rehearsing(rehearse, () => refusalsOf(method, dataset)))
  const given = await openGiven(method.needs ?? [], engine)
  return { ...opened, method, given, stages: () => stagesOf(method, dataset) }
}

/** Opens each network once. They are files: what is missing now was there when the plan was made. */
async function openGiven(
  networks: readonly GivenNetwork[],
  engine: Engine,
): Promise<ReadonlyMap<GivenNetwork, Player>> {
  const open = new Map<GivenNetwork, Player>()
  for (const network of new Set(networks)) {
    refuse(await network.missing())
    open.set(network, (await network.open(engine)).player)
  }
  return open
}

/** Results are filed under the engine that the parent saw; this process must not compute on another one. */
function otherEngine(expected: EngineIdentity, got: EngineIdentity): string[] {
  const show = ({ name, version, device, threads }: EngineIdentity) =>
    `${name} (${version}) on ${device} with ${threads} threads`
  if (show(expected) === show(got)) return []
  return [`Expected the engine ${show(expected)}, but this process opened ${show(got)}; run again.`]
}

/** What a trial learns from and is judged on is part of what it is: files may have changed since it was planned. */
function otherData({ id, preimage, source }: Trial, digest: string): string[] {
  const { data: planned } = preimage
  if (planned === undefined || planned === digest) return []
  const short = (whole: unknown) => String(whole).slice(0, 12)
  return [
    `Expected the dataset ${source.use} as it was when trial ${id} was planned (digest ${short(planned)}), but it has changed since ` +
      `(digest ${short(digest)}); put back what it was, or run again, which plans trials on what it is now.`,
  ]
}
