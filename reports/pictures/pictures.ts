import type { AnswerKind } from "@saddlepoint/core/contracts/method"
import { type Arm, groupsOf, type Study } from "../findings/study.ts"
import { type Examples, examplesOf } from "./examples.ts"
import { type Sheets, sheetsOf } from "./sheets.ts"

/** Largest sum of all pictures in a page, in bytes before base64. */
const budget = 5_000_000

/** What the arms of one kind of answer made. */
export type Pictures = Examples | Sheets

/**
 * What the arms made, by the kind of answer that their records say. Arms of records that do not say it are taken to answer like the
 * others; where none says it, with classes where arms adapt, else with pairs.
 *
 * @param adapts whether arms learn one domain from the labels of another
 * @returns nothing where no arm has a readable picture
 */
export async function picturesOf(
  { arms, controls }: Pick<Study, "arms" | "controls">,
  adapts = false,
): Promise<Pictures[]> {
  const said = [...new Set(arms.flatMap(({ answers }) => answers ?? []))]
  const unsaid: AnswerKind = said.length === 1 ? said[0]! : adapts ? "classes" : "pairs"
  const kindOf = ({ answers }: Arm) => answers ?? unsaid
  const groups = groupsOf(arms, kindOf)
  const real = controls.find(({ judged }) => judged.real !== undefined)?.judged.real
  const share = budget / groups.length
  const pictures = await Promise.all(
    groups.map((group): Promise<Pictures | null> => {
      const kind = kindOf(group[0]!)
      return kind === "samples" || kind === "points" || kind === "picture"
        ? sheetsOf(kind, group, real, share)
        : examplesOf(kind, group, share)
    }),
  )
  return pictures.filter((each) => each !== null)
}
