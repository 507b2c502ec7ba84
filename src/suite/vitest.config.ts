import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { resultsFile } from "./results.ts"

/** How the tests of every workspace are run, in the workspace's own folder. */
export default defineConfig({
  test: {
    // Ends what hangs. No test has to be quick: how long one takes depends on the machine and on what else it does.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Files follow one another in one process, which loads TensorFlow.js and Effect once: a second of each file that had
    // a process of its own. Workspaces whose tests want one call vitest with --isolate.
    isolate: false,
    // Every core, so that none is idle while the last workspaces are tested; vitest would leave one to itself.
    maxWorkers: "100%",
    setupFiles: [fileURLToPath(new URL("leftAsFound.ts", import.meta.url))],
    reporters: ["default", ["json", { outputFile: resultsFile }]],
  },
})
