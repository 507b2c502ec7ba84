// A trial's process under chaos: as the command line's, but that some of its writes fail where it is asked to.
import type { Definition } from "@saddlepoint/core/declare/definition"
import { openChildChannel } from "../trial/childChannel.ts"
import { evaluateTrial } from "../trial/evaluateTrial.ts"
import { playTrial } from "../trial/playTrial.ts"
import { type Faults, injectFaults } from "./faults.ts"

const { request, tell, close } = await openChildChannel()
const { faults } = (request.extra ?? {}) as { readonly faults?: Faults }
const attempt = "attempt" in request ? request.attempt : 0
if (faults !== undefined) injectFaults({ ...faults, seed: faults.seed + attempt })
const { default: definition } = (await import(request.definition)) as { readonly default: Definition }
if (request.mode === "play") await playTrial(request, definition.plugins, tell)
else if (request.mode === "evaluate") await evaluateTrial(request, definition.plugins, tell)
else throw new Error(`Expected a trial to play or to evaluate, but was asked to ${request.mode} it.`)
close()
