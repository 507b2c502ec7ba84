import { configDefaults, defineConfig, mergeConfig } from "vitest/config"
import shared from "./vitest.config.ts"

/** Looks at TensorFlow.js's own gradients, which opening an engine replaces for the rest of the process. */
const stock = "gradients/removal.test.ts"

/** How the tests of the engine are run: as everywhere, but for the file that wants a process in which no engine was opened. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      projects: [
        { extends: true, test: { name: "engine", exclude: [...configDefaults.exclude, stock] } },
        { extends: true, test: { name: "untouched", include: [stock], isolate: true } },
      ],
    },
  }),
)
