/** What a workspace's package.json says that its package says as well, in other words. */
export interface Workspace {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly exports?: Readonly<Record<string, string>>
  readonly bin?: Readonly<Record<string, string>>
  readonly sideEffects: false | readonly string[]
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: object
}

/** The package.json of a package. The workspace of the command is called as the command. */
export function manifest(workspace: Workspace, engines: object): object {
  const { exports, dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = workspace
  const { name, version, description, license, bin, sideEffects } = workspace
  return {
    name: packageName(name),
    version,
    description,
    license,
    type: "module",
    engines,
    ...(bin === undefined ? {} : { bin }),
    ...(exports === undefined ? {} : { exports: builtDoors(exports) }),
    sideEffects,
    dependencies,
    ...(optionalDependencies === undefined ? {} : { optionalDependencies }),
    ...(peerDependencies === undefined ? {} : { peerDependencies, peerDependenciesMeta }),
  }
}

export function packageName(workspace: string): string {
  return workspace === "@saddlepoint/cli" ? "saddlepoint" : workspace
}

/** Front doors to sources as doors to what is built of them, with their types. */
function builtDoors(doors: Readonly<Record<string, string>>): object {
  const built = Object.entries(doors).map(([door, file]) => {
    const path = file.replace(/\.ts$/, "")
    return [door, { types: `${path}.d.ts`, default: `${path}.js` }]
  })
  return { ...Object.fromEntries(built), "./package.json": "./package.json" }
}
