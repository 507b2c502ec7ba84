import { expect, test } from "vitest"
import type { Plugin } from "../contracts/plugin.ts"
import { pluginMap } from "./definition.ts"
import { namesOfPlaces, withDomainNames } from "./domainNames.ts"
import type { PlannedArm } from "./trial.ts"

test("folders are called by what tells them apart", () => {
  const names = (...places: string[]) => [...namesOfPlaces(places).values()]
  expect(names("office/amazon/images", "office/webcam/images")).toEqual(["amazon", "webcam"])
  expect(names("/home/somebody/photos", "drawings")).toEqual(["photos", "drawings"])
  expect(names("office/amazon/images", "caltech/images", "office/webcam/images")).toEqual([
    "amazon",
    "caltech",
    "webcam",
  ])
  expect(names("a/x", "b/x/y", "c/y")).toEqual(["x", "b/x/y", "c/y"])
  expect(names("./photos", "./drawings", "photos")).toEqual(["photos", "drawings", "photos"])
  expect(names("office/amazon/images")).toEqual(["images"])
  expect(names("photos", "photos/few")).toEqual(["photos", "few"])
})

const plugin = (name: string, locates: readonly string[]): Plugin<"dataset"> => ({
  kind: "dataset",
  name,
  version: 1,
  options: {},
  locates,
  build: () => undefined,
})
const plugins = pluginMap([plugin("own", ["folder"]), plugin("drawn", [])])
const domain = (digest: string, folder?: string) => ({
  digest,
  spec: folder === undefined ? { use: "drawn" } : { use: "own", folder },
})
const arm = (
  name: string,
  source: ReturnType<typeof domain>,
  target: ReturnType<typeof domain>,
): PlannedArm => ({
  name,
  key: name,
  role: "challenger",
  points: [],
  domains: { source, target },
})
const namesOf = (...arms: PlannedArm[]) =>
  withDomainNames(arms, plugins).map(({ domains }) => [domains!.source.name, domains!.target.name])

test("every arm has the same names, also one whose source is its target, and what lies in no folder has none", () => {
  const [amazon, webcam] = [domain("a", "office/amazon"), domain("w", "office/webcam")]
  expect(
    namesOf(arm("dann", amazon, webcam), arm("bound", webcam, webcam), arm("drawn", domain("d"), webcam)),
  ).toEqual([
    ["amazon", "webcam"],
    ["webcam", "webcam"],
    [undefined, "webcam"],
  ])
})

test("one folder that is read in two ways gives no name", () => {
  expect(namesOf(arm("dann", domain("grey", "office"), domain("coloured", "office")))).toEqual([
    [undefined, undefined],
  ])
})
