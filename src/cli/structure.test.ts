import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { circleIn, importGraph, isTesting, root } from "./testing/importGraph.ts"

/**
 * The rooms of a folder in the order of the arrows: a room imports from itself and from rooms before it. Rooms on one line do not
 * import from each other. What is not named stands at the end: it may import from every room, and no room from it.
 */
const orders: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "src/core": [
    ["contracts"],
    ["latent", "layers"],
    ["losses", "schedules"],
    ["optimisers"],
    ["models"],
    ["play"],
    ["answer"],
    ["methods", "scorers"],
    ["declare"],
    ["search"],
    ["load.ts"],
    ["laws"],
    ["golden"],
  ],
  datasets: [["formats"], ["generators", "published", "folders", "composed"]],
  metrics: [
    ["maths"],
    ["resize", "weightFiles"],
    ["networks"],
    ["judges"],
    ["measures"],
    ["verdict"],
    ["analysis"],
  ],
  "metrics/maths": [["linear", "statistics"], ["features"], ["adaptation", "images"]],
  "src/lab": [
    ["contracts"],
    ["store"],
    ["progress"],
    ["trial"],
    ["schedule"],
    ["planning", "verification"],
    ["mlflow"],
  ],
  "src/lab/store": [
    ["files"],
    ["execution"],
    ["frozen"],
    ["results"],
    ["leases"],
    ["attempts"],
    ["trials"],
    ["reading"],
    ["upkeep"],
  ],
  reports: [["writing"], ["drawing"], ["findings"], ["pictures"], ["charts"], ["sections"], ["formats"]],
}

const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly workspaces: readonly string[]
}
const graph = new Map(
  [...importGraph(workspaces)]
    .filter(([path]) => !isTesting(path))
    .map(([path, imported]) => [path, imported.filter((file) => !isTesting(file))] as const),
)

/** Every folder that holds sources. */
const folders = [...new Set([...graph.keys()].flatMap(foldersOf))].sort()

function foldersOf(path: string): string[] {
  const folder = dirname(path)
  return folder === "." || folder === "src" ? [] : [folder, ...foldersOf(folder)]
}

/** The file or folder within a folder that a path lies in; undefined where it lies outside. */
function roomOf(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split("/")[0] : undefined
}

/** The arrows between what lies directly within a folder, each with an import that makes it. */
function arrowsIn(folder: string): Map<string, Map<string, string>> {
  const arrows = new Map<string, Map<string, string>>()
  for (const [path, imported] of graph) {
    const from = roomOf(folder, path)
    if (from === undefined) continue
    const own = arrows.get(from) ?? new Map<string, string>()
    arrows.set(from, own)
    for (const file of imported) {
      const to = roomOf(folder, file)
      if (to !== undefined && to !== from) own.set(to, `${path} imports ${file}`)
    }
  }
  return arrows
}

test("no files import each other in a circle, types included", () => {
  expect(circleIn(graph)).toBeUndefined()
})

test("no circle of imports between the files and folders that lie beside each other in any folder", () => {
  const circles = folders.flatMap((folder) => {
    const arrows = arrowsIn(folder)
    const circle = circleIn(new Map([...arrows].map(([from, to]) => [from, to.keys()])))
    return circle === undefined ? [] : [`${folder}: ${circle}`]
  })
  expect(circles).toEqual([])
})

describe.each(Object.entries(orders))("the rooms of %s", (folder, order) => {
  test("exist", () => {
    expect(order.flat().filter((room) => !existsSync(join(root, folder, room)))).toEqual([])
  })

  test("import from rooms before them alone", () => {
    const place = (room: string) => {
      const at = order.findIndex((line) => line.includes(room))
      return at < 0 ? order.length : at
    }
    const upward = [...arrowsIn(folder)].flatMap(([from, to]) =>
      [...to]
        .filter(([room]) => place(from) < order.length && place(room) >= place(from))
        .map(([, why]) => why),
    )
    expect(upward).toEqual([])
  })
})

test("sources that ship import nothing that serves tests alone", () => {
  const wrong = [...importGraph(workspaces)]
    .filter(([path]) => !isTesting(path) && !/\/(bench|chaos|conformance|fuzz)\//.test(path))
    .flatMap(([path, imported]) => imported.filter(isTesting).map((file) => `${path}: ${file}`))
  expect(wrong).toEqual([])
})

test("a circle is found wherever it begins, and told as a way back", () => {
  const arrows = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", []],
    ["d", ["b"]],
  ])
  expect(circleIn(arrows)).toBe("b -> d -> b")
  expect(
    circleIn(
      new Map([
        ["a", ["b"]],
        ["b", []],
      ]),
    ),
  ).toBeUndefined()
})
