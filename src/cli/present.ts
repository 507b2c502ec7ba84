import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import type { CodeIdentity } from "@saddlepoint/lab/contracts/codeIdentity"
import { chooseDevice } from "@saddlepoint/lab/schedule/chooseDevice"
import { executionIdentity } from "@saddlepoint/lab/store/execution/executionIdentity"
import { identifyCode } from "@saddlepoint/lab/store/execution/identifyCode"
import { describeMachine } from "@saddlepoint/lab/store/execution/machine"
import type { Present } from "@saddlepoint/lab/verification/otherExecutions"
import { childSource } from "./childEntry.ts"
import { hiddenSources } from "./definitionFile.ts"

/** What an engine is here; it is opened and let go. */
export async function presentEngine(device: string, threads: number): Promise<EngineIdentity> {
  const engine = await openEngine({ device, threads })
  const { identity } = engine
  engine.dispose()
  return identity
}

/** The code that trials of a definition run now. */
export function presentCode(file: string): Promise<CodeIdentity> {
  return identifyCode({ definitionPath: file, childEntry: childSource, also: hiddenSources(file) })
}

/** What a run of these words would play with, one thread in each trial. */
export async function presentExecution(file: string, device: string): Promise<Present> {
  const { word } = await chooseDevice(device)
  const engine = await presentEngine(word, 1)
  const code = await presentCode(file)
  return { engine, code, machine: describeMachine(), execution: executionIdentity(code, engine) }
}
