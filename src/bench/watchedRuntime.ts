import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type OnnxRuntime, type OrtSession, onnxRuntime } from "@saddlepoint/engine/onnx/runtime/onnxRuntime"

/** Milliseconds per run in all nodes of one ONNX operator, and how many there are. */
export interface OperatorTime {
  readonly operator: string
  readonly nodes: number
  readonly ms: number
}

/** What ONNX Runtime did for this process since it was watched. */
export interface Watch {
  /** Milliseconds inside `session.run`. */
  readonly runMs: number
  /** The session that ran last, per operator, the slowest first. Ends the profile: to be called once. */
  profile(): OperatorTime[]
}

/**
 * Times every session that the process makes from now on.
 * @param profiled has ONNX Runtime profile each session too, which makes small steps slower
 * @returns undefined where ONNX Runtime cannot be loaded, so that nothing will run in it
 */
export async function watchRuntime(profiled: boolean): Promise<Watch | undefined> {
  const loaded = onnxRuntime()
  if (!loaded.ok) return undefined
  const runtime: { newSession: OnnxRuntime["newSession"] } = loaded.runtime
  const newSession = runtime.newSession
  const folder = profiled ? mkdtempSync(join(tmpdir(), "bench-profile-")) : ""
  let runMs = 0
  let sessions = 0
  let last: { readonly session: OrtSession; readonly prefix: string } | undefined
  runtime.newSession = () => {
    const session = newSession()
    const prefix = `session-${sessions++}-`
    return {
      loadModel(buffer, offset, length, options) {
        const profile = profiled ? { enableProfiling: true, profileFilePrefix: join(folder, prefix) } : {}
        session.loadModel(buffer, offset, length, { ...options, ...profile })
      },
      run(feeds, fetches, options) {
        last = { session, prefix }
        const start = performance.now()
        const results = session.run(feeds, fetches, options)
        runMs += performance.now() - start
        return results
      },
      dispose: () => session.dispose(),
      endProfiling: () => session.endProfiling(),
    }
  }
  return {
    get runMs() {
      return runMs
    },
    profile() {
      if (last === undefined) return []
      last.session.endProfiling()
      const file = readdirSync(folder).find((name) => name.startsWith(last!.prefix))!
      const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as ProfileEvent[]
      rmSync(folder, { recursive: true })
      return perOperator(events)
    },
  }
}

/** The part of an event of ONNX Runtime's profile that is read; `dur` is in microseconds. */
interface ProfileEvent {
  readonly cat: string
  readonly name: string
  readonly dur: number
  readonly args?: { readonly op_name?: string; readonly node_index?: string }
}

function perOperator(events: readonly ProfileEvent[]): OperatorTime[] {
  const runs = events.filter(({ cat, name }) => cat === "Session" && name === "model_run").length
  const total = new Map<string, { us: number; nodes: Set<string> }>()
  for (const { cat, name, dur, args } of events) {
    if (cat !== "Node" || !name.endsWith("_kernel_time") || args?.op_name === undefined) continue
    const entry = total.get(args.op_name) ?? { us: 0, nodes: new Set() }
    entry.us += dur
    entry.nodes.add(name)
    total.set(args.op_name, entry)
  }
  return [...total]
    .map(([operator, { us, nodes }]) => ({ operator, nodes: nodes.size, ms: us / 1000 / runs }))
    .sort((a, b) => b.ms - a.ms)
}
