import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { withControls } from "@saddlepoint/core/declare/plan"
import type { Evaluation, Trial } from "@saddlepoint/core/declare/trial"
import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import type { CodeIdentity } from "@saddlepoint/lab/contracts/codeIdentity"
import type { Execution, Executions } from "@saddlepoint/lab/contracts/execution"
import type { PluginSource } from "@saddlepoint/lab/contracts/trialRequest"
import { chooseDevice } from "@saddlepoint/lab/schedule/chooseDevice"
import { executionIdentity } from "@saddlepoint/lab/store/execution/executionIdentity"
import { openSources } from "@saddlepoint/lab/store/execution/identifyCode"
import { describeMachine } from "@saddlepoint/lab/store/execution/machine"
import type { Present } from "@saddlepoint/lab/verification/otherExecutions"
import { childSource } from "./childEntry.ts"
import { hiddenSources, openDefinition } from "./definitionFile.ts"
import { pluginHomes } from "./pluginHomes.ts"

/** What an engine is here; it is opened and let go. */
export async function presentEngine(device: string, threads: number): Promise<EngineIdentity> {
  const engine = await openEngine({ device, threads })
  const { identity } = engine
  engine.dispose()
  return identity
}

/** The code that trials of a definition run now: of each trial that of its own plug-ins, so that what others are made of may change. */
export interface PresentCode {
  /** Of all that the definition imports. */
  readonly whole: CodeIdentity
  pluginsOf(about: Trial | Evaluation): readonly PluginSource[]
  executions(engine: EngineIdentity): Executions
  /** The name of a file of a trial's code, or of what judges it, that has changed since this was read; undefined where all is as it was. */
  changed(trial: Trial): string | undefined
}

/** Reads a definition's code, and where its plug-ins come from. */
export async function presentCode(file: string): Promise<PresentCode> {
  const also = hiddenSources(file)
  const { plugins, path } = await openDefinition(file)
  const sources = await openSources({ definitionPath: file, childEntry: childSource, also })
  const homes = await pluginHomes(plugins, path, sources, also[0])
  const ownControls = withControls(new Map())
  const whole: PluginSource = { file: also[0] ?? path, name: also[0] === undefined ? "default" : "catalogue" }

  /** Where the plug-ins of some names come from; the definition where one of them is made in it. */
  const homesOf = (keys: readonly string[]): readonly PluginSource[] => {
    const known = keys.flatMap((key) => homes.get(key) ?? [])
    const along = new Set(keys.flatMap((key) => (homes.has(key) ? defaultsIn(plugins.get(key)!) : [])))
    const homeless = keys.some((key) => !homes.has(key) && !along.has(key) && !ownControls.has(key))
    return homeless ? [...known, whole] : known
  }
  const sourcesOf = (about: readonly (Trial | Evaluation)[]): readonly PluginSource[] => {
    const keys = about.flatMap(({ preimage }) => Object.keys(preimage.plugins ?? {}))
    return homesOf([...new Set(keys)].sort())
  }
  const codeOf = (trial: Trial, evaluations: readonly Evaluation[]) => {
    const files = sourcesOf([trial, ...evaluations]).map((home) => home.file)
    return sources.identify([...new Set([childSource, ...files])])
  }
  const metricCodes = new Map<string, string>()
  const metricCodeOf = ({ preimage }: Evaluation): string => {
    const keys = Object.keys(preimage.plugins ?? {}).sort()
    const key = keys.join()
    const files = () => homesOf(keys).map((home) => home.file)
    const code =
      metricCodes.get(key) ?? sources.identify([...new Set([childSource, ...files()])]).digest.slice(0, 16)
    metricCodes.set(key, code)
    return code
  }
  return {
    whole: sources.identify(sources.files),
    pluginsOf: (about) => sourcesOf([about]),
    changed(trial) {
      const files = sourcesOf([trial, ...(trial.evaluations ?? [])]).map((home) => home.file)
      return sources.changed([childSource, ...files])
    },
    executions(engine) {
      const machine = describeMachine()
      // Plans have thousands of trials, and are asked about each several times.
      const known = new WeakMap<CodeIdentity | Trial | Evaluation, Execution>()
      const kept = (about: CodeIdentity | Trial | Evaluation, make: () => Execution): Execution => {
        const found = known.get(about) ?? make()
        known.set(about, found)
        return found
      }
      const under = (code: CodeIdentity) =>
        kept(code, () => ({ id: executionIdentity(code, engine, machine), code }))
      return {
        of: (trial) => kept(trial, () => under(codeOf(trial, []))),
        judging: (trial, evaluation) => ({
          ...kept(evaluation, () => under(codeOf(trial, [evaluation]))),
          metricCode: metricCodeOf(evaluation),
        }),
      }
    },
  }
}

/** Plug-ins that come along with one, as the defaults of its slots, by `kind/name`. */
function defaultsIn(plugin: Plugin): string[] {
  const uses = Object.values(plugin.slots ?? {}).flatMap(({ default: use }) => [use ?? []].flat())
  return uses.flatMap((use) => [`${use.plugin.kind}/${use.plugin.name}`, ...defaultsIn(use.plugin)])
}

/** What a run of these words would play with, one thread in each trial. */
export async function presentExecution(file: string, device: string): Promise<Present> {
  const { word } = await chooseDevice(device)
  const engine = await presentEngine(word, 1)
  const code = await presentCode(file)
  return { engine, machine: describeMachine(), executions: code.executions(engine) }
}
