import type { PluginText } from "./pluginText.ts"

export const metric: PluginText = {
  about: "judges what a method answered, beside what it should have answered",
  place: (name) => `metrics: [${name}()]`,
  text: (name) => `import { use } from "@saddlepoint/core/plugin"
import { pairMetric } from "@saddlepoint/metrics/measures/pairMetric"

/** The largest error of any pixel, to be replaced by yours: mean over the test images. */
export const ${name}Plugin = pairMetric({
  plugin: "${name}",
  // Raise it whenever the same images give another value.
  version: 1,
  output: { name: "${name}", higherIsBetter: false, unit: "half ranges", range: [0, 2] },
  measure: () => ({
    // All that makes two values comparable.
    conventions: { values: "-1..1", reduction: "maximum over pixels and channels, mean over images" },
    /** \`a\` and \`b\` are an answer and its target, all values of the image in [-1, 1]. */
    perImage: (a, b) => a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at]!)), 0),
  }),
})

export const ${name} = () =>
  use<"metric", { needsLabels: false; judged: "pairs"; outputs: "${name}" }>(${name}Plugin)
`,
}
