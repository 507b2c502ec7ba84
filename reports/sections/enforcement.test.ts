import { type Confinement, unconfined } from "@saddlepoint/lab/contracts/confinement"
import { describe, expect, test } from "vitest"
import type { Arm } from "../findings/study.ts"
import { enforcementRules } from "./enforcement.ts"

const closed: Confinement = { data: "closed", files: "closed", network: "closed" }

/** An arm whose trials have results and were kept from these things. */
const arm = (answers: Arm["answers"], ...trials: readonly (Confinement | undefined)[]) =>
  ({
    answers,
    trials: trials.map((confinement) => ({
      result: {},
      ...(confinement === undefined ? {} : { confinement }),
    })),
  }) as unknown as Arm

describe("the page says what was enforced", () => {
  test("in every trial", () => {
    const [kept, asked] = enforcementRules([arm("classes", closed, closed), arm("classes", closed)])
    expect(kept).toMatch(/the network, and other processes: in each of the 3 trials\. Native code, what is /)
    expect(asked).toMatch(/^Test images were answered in a drawn order, .*some of them twice/)
  })

  test("in some trials, and that others were not confined", () => {
    const [kept] = enforcementRules([arm("pairs", closed, unconfined, undefined)])
    expect(kept).toContain(
      "in 1 of 3 trials; the others were played with --unconfined, or by an earlier version",
    )
  })

  test("in none", () => {
    expect(enforcementRules([arm("classes", unconfined)])).toEqual([
      expect.stringMatching(/^Nothing but these rules kept methods from labels and test splits/),
    ])
  })

  test("of images without a word on classes", () => {
    expect(enforcementRules([arm("pairs", closed)])[1]).toMatch(
      /^Test examples were answered in a drawn order; a method/,
    )
  })
})

test("before anything is played there is nothing to say", () => {
  expect(enforcementRules([{ answers: "pairs", trials: [{ status: "missing" }] } as unknown as Arm])).toEqual(
    [],
  )
})
