import { execFile } from "node:child_process"
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { builtFile, ofBuilt } from "./builtFile.ts"
import { manifest, type Workspace } from "./manifest.ts"
import { shippedFiles } from "./shippedFiles.ts"

export const root = fileURLToPath(new URL("../..", import.meta.url))

/** The workspaces that are packages, each after what it needs. */
export const shipped = ["src/engine", "src/core", "datasets", "metrics", "src/lab", "reports", "src/cli"]

/**
 * Builds the packages: a folder for each, with ES modules and their declarations where the sources lie, so that every deep import
 * leads where it leads in the repository.
 * @param target a folder of which all is replaced
 * @returns the packages' folders
 */
export async function buildPackages(target: string): Promise<readonly string[]> {
  const { engines } = json(join(root, "package.json")) as { readonly engines: object }
  await declare()
  rmSync(target, { recursive: true, force: true })
  return Promise.all(
    shipped.map(async (workspace) => {
      const folder = join(target, basename(workspace))
      await Promise.all(shippedFiles(join(root, workspace)).map((file) => place(workspace, file, folder)))
      const made = manifest(json(join(root, workspace, "package.json")) as Workspace, engines)
      write(join(folder, "package.json"), `${JSON.stringify(made, null, 2)}\n`)
      copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"))
      copyFileSync(join(root, workspace, "README.md"), join(folder, "README.md"))
      if (workspace === "src/cli") write(join(folder, "tsconfig.json"), projectSettings())
      return folder
    }),
  )
}

/** Declarations of every workspace, as `npm run typecheck` leaves them. */
async function declare(): Promise<void> {
  const compiler = join(root, "node_modules/typescript/bin/tsc")
  try {
    await promisify(execFile)(process.execPath, [compiler, "--build", ...shipped], { cwd: root })
  } catch (error) {
    throw new Error(
      `Expected sources whose types fit, but got:\n${(error as { readonly stdout?: string }).stdout}`,
    )
  }
}

async function place(workspace: string, file: string, folder: string): Promise<void> {
  const source = join(root, workspace, file)
  if (!file.endsWith(".ts")) {
    write(join(folder, file), readFileSync(source, "utf8"))
    return
  }
  const name = file.replace(/\.ts$/, "")
  write(join(folder, `${name}.js`), await builtFile(readFileSync(source, "utf8"), file))
  const declared = join(root, workspace, "node_modules/.tsc", `${name}.d.ts`)
  write(join(folder, `${name}.d.ts`), ofBuilt(readFileSync(declared, "utf8")))
}

/** A project's settings without the ways that lead into the repository, whose sources want Node's types. */
function projectSettings(): string {
  const { compilerOptions } = json(join(root, "src/cli/project.tsconfig.json")) as {
    readonly compilerOptions: object
  }
  const { types, typeRoots, paths, ...options } = compilerOptions as Record<string, unknown>
  return `${JSON.stringify({ compilerOptions: options }, null, 2)}\n`
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"))
}
