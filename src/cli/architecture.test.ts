import { existsSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { expect, test } from "vitest"
import { fileBehind, importsOf, root, sourcesIn } from "./testing/importGraph.ts"

/** Rooms in the order of the arrows: a room may import from rooms of a lower level only. */
const levels: Readonly<Record<string, number>> = {
  "src/engine": 0,
  "src/core": 1,
  datasets: 2,
  metrics: 2,
  "src/lab": 3,
  reports: 4,
  "src/cli": 5,
  "src/bench": 4,
  "src/suite": 0,
  "src/packing": 6,
  experiments: 3,
}
const folders = Object.keys(levels)
const nameOf = (folder: string) => `@saddlepoint/${folder.replace("src/", "")}`
const levelOf = (name: string) => levels[folders.find((folder) => nameOf(folder) === name) ?? ""]

test("every workspace of package.json is a room with a level, and the other way round", () => {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  expect([...workspaces].sort()).toEqual([...folders].sort())
})

for (const folder of folders) {
  test(`${folder} depends only on rooms below it, and nothing depends on experiments`, () => {
    const { name, dependencies } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
    const rooms = Object.keys(dependencies).filter((dependency) => dependency.startsWith("@saddlepoint/"))
    expect(name).toBe(nameOf(folder))
    expect(rooms.filter((room) => !(levelOf(room)! < levels[folder]!))).toEqual([])
    expect(rooms).not.toContain("@saddlepoint/experiments")
  })

  test(`${folder} imports what its package.json declares and stays inside its own folder`, () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
    const wrong = sourcesIn(folder).flatMap((path) =>
      importsOf(path)
        .filter((specifier) => {
          if (specifier.startsWith(".")) return relative(folder, join(path, "..", specifier)).startsWith("..")
          if (!specifier.startsWith("@saddlepoint/")) return false
          const target = specifier.split("/").slice(0, 2).join("/")
          return target !== nameOf(folder) && !(target in dependencies)
        })
        .map((specifier) => `${path}: ${specifier}`),
    )
    expect(wrong).toEqual([])
  })
}

test("every deep import of a workspace names a file that exists", () => {
  const missing = folders.flatMap(sourcesIn).flatMap((path) =>
    importsOf(path).flatMap((specifier) => {
      const found = /^@saddlepoint\/([a-z]+)(?:\/(.+))?$/.exec(specifier)
      if (found === null) return []
      const folder = folders.find((candidate) => nameOf(candidate) === `@saddlepoint/${found[1]}`)
      return folder !== undefined && existsSync(join(root, fileBehind(folder, found[2])))
        ? []
        : [`${path}: ${specifier}`]
    }),
  )
  expect(missing).toEqual([])
})

test("every front door of a workspace leads to a file that exists, and stands in nobody's way", () => {
  const wrong = folders.flatMap((folder) => {
    const { exports = {} } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
    const doors = Object.entries<string>(exports).filter(([door]) => !door.includes("*") && door !== ".")
    return doors
      .filter(
        ([door, file]) =>
          !existsSync(join(root, folder, file)) || existsSync(join(root, folder, `${door}.ts`)),
      )
      .map(([door]) => `${folder}: ${door}`)
  })
  expect(wrong).toEqual([])
})

test("the lockfile holds every platform's binaries, so that an install works on every system", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
  const locked = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, "")))
  const missing = Object.values<{ optionalDependencies?: Record<string, string> }>(packages)
    .flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => !locked.has(name))
  expect(missing).toEqual([])
})

test("versions are pinned exactly, of workspaces and of peers, too", () => {
  const loose = ["", ...folders].flatMap((folder) => {
    const { dependencies, devDependencies, peerDependencies } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    )
    return Object.entries<string>({ ...dependencies, ...devDependencies, ...peerDependencies })
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${folder}: ${name} ${version}`)
  })
  expect(loose).toEqual([])
})
