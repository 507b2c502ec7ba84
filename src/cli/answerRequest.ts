import type { PluginMap } from "@saddlepoint/core/declare/definition"
import { EngineUnavailable } from "@saddlepoint/engine/engineUnavailable"
import { openChildChannel } from "@saddlepoint/lab/trial/childChannel"
import { playTrial } from "@saddlepoint/lab/trial/playTrial"
import { Refusal } from "@saddlepoint/lab/trial/refusal"

/**
 * The whole of a trial's process: takes its request from the parent, does what its mode says, ends.
 * @param pluginsOf the plug-ins that a definition's file brings along
 */
export async function answerRequest(pluginsOf: (definition: string) => Promise<PluginMap>): Promise<void> {
  const { request, tell, close } = await openChildChannel()
  // By a computed name: what does not play trials is not part of the code that a result rests on.
  const beside = (name: string) => import(`@saddlepoint/lab/${name}`)
  try {
    const plugins = await pluginsOf(request.definition)
    if (request.mode === "verify") await (await beside("trial/replay")).replayTrial(request, plugins, tell)
    else if (request.mode === "probe") await (await beside("trial/probe")).probeTrial(request, plugins, tell)
    else await playTrial(request, plugins, tell)
  } catch (error) {
    // Only what would happen again the same way is a refusal; all else ends the process and is seen as a crash.
    if (!(error instanceof Refusal || error instanceof EngineUnavailable)) throw error
    tell({ type: "failed", sentence: error.message })
  }
  close()
}
