import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { transform } from "esbuild"

/**
 * A user's TypeScript as JavaScript, by itself: no types are checked, and no `tsconfig.json` counts.
 * @param url of the file
 */
export async function ownSource(url) {
  const path = fileURLToPath(url)
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcefile: path,
    sourcemap: "inline",
    sourcesContent: false,
    keepNames: true,
    tsconfigRaw: {},
    logLevel: "silent",
  })
  return code
}
