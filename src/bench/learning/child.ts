// A trial's process: plays one trial of a recipe's definition, and ends.
import type { Definition } from "@saddlepoint/core/declare/definition"
import { openChildChannel } from "@saddlepoint/lab/trial/childChannel"
import { evaluateTrial } from "@saddlepoint/lab/trial/evaluateTrial"
import { playTrial } from "@saddlepoint/lab/trial/playTrial"

const { request, tell, close } = await openChildChannel()
const { default: definition } = (await import(request.definition)) as { readonly default: Definition }
if (request.mode === "play") await playTrial(request, definition.plugins, tell)
else if (request.mode === "evaluate") await evaluateTrial(request, definition.plugins, tell)
else throw new Error(`Expected a trial to play or to evaluate, but was asked to ${request.mode} it.`)
close()
