/**
 * The part of the conformance run that is bundled: opens an engine, runs TensorFlow.js's own tests on its
 * backend, and sends every spec's result to the parent process.
 */
import { createRequire } from "node:module"
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js"
import type { EngineName } from "../engine.ts"
import { EngineUnavailable } from "../engineUnavailable.ts"
import { openEngine } from "../open.ts"
import { getBackend } from "../tf.ts"
import { exclusionsOf } from "./exclusions/index.ts"
import type { SpecResult } from "./report.ts"

/** What the parent process asks for, as JSON in the first argument. */
export interface SuiteRequest {
  /** A device word of `openEngine`. */
  readonly device: string
  /** Only specs whose name contains this text. */
  readonly filter: string
}

/** What the specs came to. */
export interface SuiteResults {
  readonly engine: EngineName
  readonly results: readonly SpecResult[]
  /** Kernels that the engine handed to TensorFlow.js's CPU code: name -> calls. */
  readonly fallbacks: Readonly<Record<string, number>>
}

/** What the parent process gets: results, or why the engine cannot be used here. */
export type SuiteAnswer = SuiteResults | { readonly unavailable: string }

/** The events of jasmine-core 4 that are listened to; the package has no types. */
interface JasmineResult {
  readonly fullName: string
  readonly status: string
  readonly failedExpectations: readonly { readonly message: string }[]
}

const { device, filter } = JSON.parse(process.argv[2]!) as SuiteRequest

function answer(message: SuiteAnswer): Promise<never> {
  return new Promise(() => process.send!(message, () => process.exit(0)))
}

const opened = await openEngine({ device }).catch((error: unknown) => {
  if (error instanceof EngineUnavailable) return answer({ unavailable: error.message })
  throw error
})
const engine = opened.identity.name

const jasmineCore = createRequire(import.meta.url)("jasmine-core")
const jasmine = jasmineCore.boot(jasmineCore)
Object.assign(globalThis, { jasmine })
jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000
// The tests reset TensorFlow.js's flags to these.
const flags = engine === "webgpu" ? { WEBGPU_CPU_FORWARD: false } : {}
setTestEnvs([{ name: engine, backendName: getBackend(), flags, isDataSync: engine !== "webgpu" }])
// Names of specs hold the environment's name and flags; without them they are the same on every engine.
const withoutEngine = (name: string) => name.replaceAll(` ${engine} ${JSON.stringify(flags)}`, "")
// The tests ask at once which environments there are, so they come last.
await import("@tensorflow/tfjs-core/dist/tests.js")

const skipped = exclusionsOf(engine).filter((exclusion) => exclusion.skipped)
const isSkipped = (name: string) => skipped.some(({ test }) => test === name)
const results: SpecResult[] = []
const keep = ({ fullName, status, failedExpectations }: JasmineResult) =>
  results.push({
    test: withoutEngine(fullName),
    status: status as SpecResult["status"],
    message: failedExpectations.map(({ message }) => message).join("\n"),
  })

const runner = jasmine.getEnv()
runner.configure({
  random: false,
  specFilter(spec: { getFullName(): string }) {
    const name = withoutEngine(spec.getFullName())
    return name.includes(filter) && !isSkipped(name)
  },
})
runner.addReporter({
  specDone(result: JasmineResult) {
    // "excluded" is jasmine's word for a spec that `specFilter` left out.
    if (result.status !== "excluded") keep(result)
    else if (withoutEngine(result.fullName).includes(filter)) keep({ ...result, status: "skipped" })
  },
  // Something around the specs failed: beforeAll, afterAll, an error that nobody caught.
  suiteDone(result: JasmineResult) {
    if (result.failedExpectations.length > 0) keep({ ...result, status: "failed" })
  },
  jasmineDone(result: JasmineResult) {
    if (result.failedExpectations.length > 0)
      keep({ ...result, fullName: "(the whole run)", status: "failed" })
  },
})
await runner.execute()
await answer({ engine, results, fallbacks: opened.memory().fallbacks })
