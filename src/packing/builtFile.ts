import { transform } from "esbuild"

/** Names of sources beside a file, where it imports them or asks for their address. */
const named = /((?:\bfrom|\bimport|\bimport\s*\(|\bnew URL\()\s*["']\.\.?\/[^"'\n]*)\.ts(["'])/g

/** A text in which what it says of sources beside it is said of the files that are built of them. */
export const ofBuilt = (text: string): string => text.replace(named, "$1.js$2")

/** A source as JavaScript, file by file: what it imports it goes on importing. */
export async function builtFile(source: string, name: string): Promise<string> {
  const { code } = await transform(source, {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcefile: name,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    logLevel: "silent",
  })
  return ofBuilt(code)
}
