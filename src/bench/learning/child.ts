// A trial's process: plays one trial of a recipe's definition, and ends.
import type { Definition } from "@saddlepoint/core/declare/definition"
import { openChildChannel } from "@saddlepoint/lab/trial/childChannel"
import { playTrial } from "@saddlepoint/lab/trial/playTrial"

const { request, tell, close } = await openChildChannel()
if (request.mode !== "play") throw new Error(`Expected a trial to play, but was asked to ${request.mode} it.`)
const { default: definition } = (await import(request.definition)) as { readonly default: Definition }
await playTrial(request, definition.plugins, tell)
close()
