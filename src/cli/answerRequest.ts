import { Trespass } from "@saddlepoint/core/contracts/dataDoor"
import type { Plugin } from "@saddlepoint/core/contracts/plugin"
import { type PluginMap, pluginMap, pluginOfExport, pluginsIn } from "@saddlepoint/core/declare/definition"
import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import type { PluginSource } from "@saddlepoint/lab/contracts/trialRequest"
import { openChildChannel } from "@saddlepoint/lab/trial/childChannel"
import { confine, openly } from "@saddlepoint/lab/trial/confinement/confine"
import { evaluateTrial } from "@saddlepoint/lab/trial/evaluateTrial"
import { playTrial } from "@saddlepoint/lab/trial/playTrial"
import { Refusal } from "@saddlepoint/lab/trial/refusal"
import { thrownWords } from "@saddlepoint/lab/trial/thrown"

/** What a file exports. */
type Load = (file: string) => Promise<Readonly<Record<string, unknown>>>

/**
 * The whole of a trial's process: takes its request from the parent, does what its mode says, ends.
 * @param load imports a file that plug-ins come from. Of the user's files no other is loaded, and those of metrics only once the trial has
 * learnt: what is loaded is the code that the result rests on
 */
export async function answerRequest(load: Load): Promise<void> {
  const { request, tell, close } = await openChildChannel()
  // By a computed name: what does not play trials is not part of the code that a result rests on.
  const beside = (name: string) => import(`@saddlepoint/lab/${name}`)
  // Whoever verifies compares, and learns nothing that is judged.
  const free = request.unconfined === true || request.mode === "verify"
  try {
    const confined = free ? openly : confine(request)
    const plugins = await pluginsFrom(request.plugins, load)
    const judging = () => pluginsFrom([...request.plugins, ...request.judgingPlugins], load)
    if (request.mode === "verify")
      await (await beside("trial/replay")).replayTrial(request, plugins, tell, judging)
    else if (request.mode === "probe")
      await (await beside("trial/probe")).probeTrial(request, plugins, tell, confined)
    else if (request.mode === "evaluate") await evaluateTrial(request, plugins, tell, judging, confined)
    else await playTrial(request, plugins, tell, judging, confined)
  } catch (error) {
    // Only what would happen again the same way is a refusal; all else ends the process and is seen as a crash.
    const refusal = refusalIn(error)
    if (refusal === undefined) {
      tell({ type: "threw", words: thrownWords(error) })
      throw error
    }
    tell({ type: "failed", sentence: refusal.message })
  }
  close()
}

/** A refusal, or the one that others' errors were caused by. */
function refusalIn(error: unknown): Error | undefined {
  if (!(error instanceof Error)) return undefined
  const refuses = error instanceof Refusal || error instanceof EngineUnavailable || error instanceof Trespass
  return refuses ? error : refusalIn(error.cause)
}

async function pluginsFrom(sources: readonly PluginSource[], load: Load): Promise<PluginMap> {
  const found: Plugin[] = []
  for (const { file, name } of sources) {
    const exported = (await load(file))[name]
    const plugin = pluginOfExport(exported)
    if (plugin !== undefined) found.push(plugin)
    else found.push(...(Array.isArray(exported) ? (exported as Plugin[]) : pluginsIn(exported).values()))
  }
  return pluginMap(found)
}
