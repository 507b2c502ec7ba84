import type { EngineIdentity } from "@saddlepoint/engine/engine"
import type { CodeIdentity } from "../../contracts/codeIdentity.ts"
import { describeMachine, type Machine } from "./machine.ts"
import { sha256 } from "./sha256.ts"

/**
 * The execution identity: 16 hex digits over all that decides a trial's bits besides the trial itself: code, lockfile,
 * engine, device and its adapter, threads, and for engines of native code the platform, the architecture and the family of vector
 * instructions, because these choose other kernels with other rounding. The pure JavaScript engine gives the
 * same bits everywhere. Processor model, memory, Node's version and git are recorded, not hashed.
 */
export function executionIdentity(
  code: Pick<CodeIdentity, "digest" | "lockfile">,
  engine: EngineIdentity,
  machine: Pick<Machine, "platform" | "arch" | "instructions"> = describeMachine(),
): string {
  const hardware = engine.name === "js" ? [] : [machine.platform, machine.arch, machine.instructions]
  const parts = [
    "saddlepoint-execution-1",
    code.digest,
    code.lockfile,
    engine.name,
    engine.version,
    engine.device,
    engine.threads,
    ...(engine.adapter === undefined ? [] : [engine.adapter]),
    ...hardware,
  ]
  return sha256(JSON.stringify(parts)).slice(0, 16)
}
