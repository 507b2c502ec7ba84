import { execFile } from "node:child_process"
import { copyFileSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { promisify } from "node:util"
import { installedClosure } from "@saddlepoint/lab/store/execution/installedVersions"
import { buildPackages, root, shipped } from "../buildPackages.ts"

const run = promisify(execFile)

/** A project outside the repository in which the packages are installed as npm installs them, and nothing of the repository. */
export interface InstalledProject {
  readonly folder: string
  /** Names of the tarballs, and their sizes in bytes. */
  readonly tarballs: ReadonlyMap<string, number>
  write(name: string, text: string): void
  /** Runs Node on a file of the project, without a loader; gives what it prints. */
  node(...words: readonly string[]): Promise<string>
  /** Runs a command of the packages. */
  npx(...words: readonly string[]): Promise<string>
  remove(): void
}

/**
 * Builds and packs the packages, and installs their tarballs with npm, offline and with scripts denied. Other packages come from the
 * repository, so that neither a network nor npm's cache is needed: npm resolves them to stand-ins of their name and version, whose files are then
 * put in their place, with what they need themselves. Tools of the repository, tsx among them, are not there.
 */
export async function installedProject(): Promise<InstalledProject> {
  const place = mkdtempSync(join(tmpdir(), "saddlepoint-packed-"))
  const [tarballs, stand, folder] = ["tarballs", "stand-ins", "project"].map((name) => join(place, name))
  for (const made of [tarballs!, stand!, folder!]) mkdirSync(made)
  const npm = (words: readonly string[], cwd: string) =>
    run("npm", [...words, "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd,
      shell: process.platform === "win32",
      maxBuffer: 2 ** 26,
    })
  const built = await buildPackages(join(place, "built"))
  const { stdout } = await npm(["pack", ...built, "--json"], tarballs!)
  const packed = JSON.parse(stdout) as readonly { readonly filename: string; readonly size: number }[]
  const others = installedClosure(shipped.map((workspace) => join(root, workspace))).filter(
    ({ folder: where }) => relative(root, where).startsWith("node_modules"),
  )
  // Those at the top: what lies within another package comes with it.
  const direct = others.filter(({ folder: where, name }) => where === join(root, "node_modules", name))
  const standIns = direct.map(({ name, version }) => {
    const package_ = join(stand!, name)
    mkdirSync(package_, { recursive: true })
    writeFileSync(join(package_, "package.json"), JSON.stringify({ name, version }))
    return package_
  })
  writeFileSync(join(folder!, "package.json"), JSON.stringify({ name: "empty", private: true }))
  const ours = packed.map(({ filename }) => join(tarballs!, filename.replace(/^@/, "").replace("/", "-")))
  await npm(["install", "--install-links", "--no-package-lock", ...ours, ...standIns], folder!)
  for (const { name } of direct) {
    rmSync(join(folder!, "node_modules", name), { recursive: true })
    copyPackage(join(root, "node_modules", name), join(folder!, "node_modules", name))
  }
  const { NODE_OPTIONS: _, NODE_PATH: __, ...env } = process.env
  const inside = { cwd: folder!, env, maxBuffer: 2 ** 26 }
  return {
    folder: folder!,
    tarballs: new Map(packed.map(({ filename, size }) => [filename, size])),
    write: (name, text) => writeFileSync(join(folder!, name), text),
    node: async (...words) => (await run(process.execPath, words, inside)).stdout,
    npx: async (...words) =>
      (await run("npx", ["--offline", ...words], { ...inside, shell: process.platform === "win32" })).stdout,
    remove: () => rmSync(place, { recursive: true, force: true }),
  }
}

/** Another name for every file; copies where the folders lie on different disks. */
function copyPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyPackage(source, target)
    else if (entry.isFile()) {
      try {
        linkSync(source, target)
      } catch {
        copyFileSync(source, target)
      }
    }
  }
}
