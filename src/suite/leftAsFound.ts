/** Set up before each file of tests: they share a process, so each leaves what is global as it found it, or fails. */
import { afterAll, expect } from "vitest"

const found = facts()
// After the file's own, which may still tidy up.
afterAll(() => expect(facts(), "what is global to the process").toEqual(found))

/** What tests are known to replace. */
function facts() {
  const environment = Object.entries(process.env).filter(([name]) =>
    /^(PATH|HOME|SADDLEPOINT_.*)$/.test(name),
  )
  return {
    folder: process.cwd(),
    environment: Object.fromEntries(environment),
    functions: [Math.random, Date.now, performance.now, globalThis.fetch, setTimeout],
  }
}
