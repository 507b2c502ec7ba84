// A trial's process that opens all that the trial needs and ends: what one process start costs.
import type { Definition } from "@saddlepoint/core/declare/definition"
import { openChildChannel } from "../trial/childChannel.ts"
import { openTrial } from "../trial/openTrial.ts"

const { request, close } = await openChildChannel()
const { default: definition } = (await import(request.definition)) as { readonly default: Definition }
// Loaded by every trial as well.
await import("../trial/playTrial.ts")
const { engine } = await openTrial(request, definition.plugins)
engine.dispose()
close()
