import { fork } from "node:child_process"
import { rm } from "node:fs/promises"
import { EngineUnavailable } from "../engineUnavailable.ts"
import { bundleSuite } from "./bundle.ts"
import type { SuiteAnswer, SuiteRequest, SuiteResults } from "./suite.ts"

/**
 * Runs TensorFlow.js's own tests on an engine, in a process of their own, whose output is dropped.
 * @throws EngineUnavailable when the engine cannot be used here
 * @throws Error when the process ends before it has sent its results, with the end of what it wrote
 */
export async function runSuite(request: SuiteRequest): Promise<SuiteResults> {
  const suite = await bundleSuite()
  try {
    return await resultsOf(suite, request)
  } finally {
    await rm(suite, { force: true })
  }
}

function resultsOf(suite: string, request: SuiteRequest): Promise<SuiteResults> {
  return new Promise((resolve, reject) => {
    // Without this process's loaders: the bundle is plain JavaScript.
    const child = fork(suite, [JSON.stringify(request)], { execArgv: [], silent: true })
    let written = ""
    const remember = (chunk: Buffer) => {
      written = (written + chunk).slice(-4000)
    }
    child.stdout!.on("data", remember)
    child.stderr!.on("data", remember)
    let answer: SuiteAnswer | undefined
    child.on("message", (message) => {
      answer = message as SuiteAnswer
    })
    child.on("error", reject)
    child.on("close", (code, signal) => {
      if (answer === undefined) {
        const end = signal ?? `exit code ${code}`
        reject(
          new Error(
            `Expected the conformance tests on ${request.device} to end with results, but their process ended ` +
              `first (${end}). It wrote last:\n${written}`,
          ),
        )
      } else if ("unavailable" in answer) reject(new EngineUnavailable(answer.unavailable))
      else resolve(answer)
    })
  })
}
