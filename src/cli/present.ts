import type { EngineIdentity } from "@saddlepoint/engine/engine"
import { openEngine } from "@saddlepoint/engine/open"
import type { CodeIdentity } from "@saddlepoint/lab/contracts/codeIdentity"
import { identifyCode } from "@saddlepoint/lab/store/execution/identifyCode"
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
