import { mkdir } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

/** Packages with native code or files of their own: loaded by Node.js, not bundled. */
const external = [
  "jasmine-core",
  "onnxruntime-node",
  "webgpu",
  "@tensorflow/tfjs-node",
  "@tensorflow/tfjs-node-gpu",
]

/**
 * Bundles our engines and TensorFlow.js's own tests into one ES module, so that both use one TensorFlow.js: the
 * published tests import its inner modules, which the published library does not share with anyone else.
 * @returns the path of the module, inside `node_modules/.cache`, from where packages still resolve
 */
export async function bundleSuite(): Promise<string> {
  const folder = fileURLToPath(
    new URL("../../../node_modules/.cache/saddlepoint-conformance", import.meta.url),
  )
  await mkdir(folder, { recursive: true })
  const outfile = join(folder, `suite-${process.pid}.mjs`)
  await build({
    entryPoints: [fileURLToPath(new URL("suite.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    external,
    // TensorFlow.js declares its tests free of side effects; believed, the bundle would hold none of them.
    ignoreAnnotations: true,
    banner: { js: banner },
    logLevel: "error",
  })
  return outfile
}

/** What CommonJS modules inside an ES module miss. */
const banner = [
  'import { createRequire as requireFrom } from "node:module"',
  'import { dirname as folderOf } from "node:path"',
  'import { fileURLToPath as pathOf } from "node:url"',
  "const require = requireFrom(import.meta.url)",
  "const __filename = pathOf(import.meta.url)",
  "const __dirname = folderOf(__filename)",
].join("\n")
