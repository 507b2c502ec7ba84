import { EngineUnavailable } from "@saddlepoint/engine/engine-unavailable"
import { openChildChannel } from "@saddlepoint/lab/childChannel"
import { playTrial, Refusal } from "@saddlepoint/lab/playTrial"
import { openDefinition } from "./definitionFile.ts"

// A trial's process: takes its request from the parent, plays the trial, publishes, ends.
const { request, tell, close } = await openChildChannel()
try {
  const { plugins } = await openDefinition(request.definition)
  await playTrial(request, plugins, tell)
} catch (error) {
  // Only what would happen again the same way is a refusal; all else ends the process and is seen as a crash.
  if (!(error instanceof Refusal || error instanceof EngineUnavailable)) throw error
  tell({ type: "failed", sentence: error.message })
}
close()
