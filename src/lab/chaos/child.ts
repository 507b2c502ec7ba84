// A trial's process under chaos: as the command line's, but that some of its writes fail where it is asked to.
import type { Definition } from "@saddlepoint/core/declare/definition"
import { openChildChannel } from "../trial/childChannel.ts"
import { playTrial } from "../trial/playTrial.ts"
import { type Faults, injectFaults } from "./faults.ts"

const { request, tell, close } = await openChildChannel()
if (request.mode !== "play") throw new Error(`Expected a trial to play, but was asked to ${request.mode} it.`)
const { faults } = (request.extra ?? {}) as { readonly faults?: Faults }
if (faults !== undefined) injectFaults({ ...faults, seed: faults.seed + request.attempt })
const { default: definition } = (await import(request.definition)) as { readonly default: Definition }
await playTrial(request, definition.plugins, tell)
close()
