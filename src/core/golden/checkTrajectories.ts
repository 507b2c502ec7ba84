import { access, readdir } from "node:fs/promises"
import { basename, join } from "node:path"
import type { Engine } from "@saddlepoint/engine/engine"
import { messageOf } from "../contracts/messageOf.ts"
import { familyOf } from "./families.ts"
import { compare } from "./format/compare.ts"
import { readTrajectory } from "./format/trajectory.ts"
import { broken, type CaseReport, notYetCovered, verdictOf } from "./format/verdict.ts"

/** Folders of the recorded cases in a folder, or the folder itself where it is a case; none where it holds something else. */
export async function trajectoriesIn(path: string): Promise<readonly string[]> {
  const isCase = (folder: string) =>
    access(join(folder, "case.json")).then(
      () => true,
      () => false,
    )
  if (await isCase(path)) return [path]
  const names: readonly string[] = await readdir(path).catch(() => [])
  const folders = names.toSorted().map((name) => join(path, name))
  const cases = await Promise.all(folders.map(isCase))
  return folders.filter((_, index) => cases[index])
}

/**
 * Plays a recorded case with this repository's code and compares what came of it. The case's name is that of its folder.
 *
 * @param engine where it is played; it must be the active one
 */
export async function checkTrajectory(folder: string, engine: Engine): Promise<CaseReport> {
  const name = basename(folder)
  const family = await familyOf(name)
  if (family === undefined) return notYetCovered(name)
  try {
    const recorded = await readTrajectory(folder)
    return verdictOf(name, compare(recorded, await family.play(recorded, engine), family.leaveOut))
  } catch (error) {
    return broken(name, messageOf(error))
  }
}
