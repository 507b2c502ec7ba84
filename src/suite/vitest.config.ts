import { defineConfig } from "vitest/config"
import { resultsFile } from "./results.ts"

/** How the tests of every workspace are run, in the workspace's own folder. */
export default defineConfig({
  test: {
    // Ends what hangs. No test has to be quick: how long one takes depends on the machine and on what else it does.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ["default", ["json", { outputFile: resultsFile }]],
  },
})
