import type { Mistake } from "@saddlepoint/core/contracts/mistake"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { seedOption } from "../formats/options.ts"

/** How anybody's images are split. */
export interface Shares {
  /** Share of the different images that becomes the validation split, where the folder names none. */
  readonly validation: number
  /** Share of the different images that becomes the test split, where the folder names none. */
  readonly test: number
  /** Seed of the split. */
  readonly seed: number
}

/** The options of `Shares`. */
export const shareOptions = { validation: share(0.1), test: share(0.2), seed: seedOption }

function share(otherwise: number) {
  return Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThan(1)).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(otherwise)),
  )
}

/** Refuses shares that leave nothing to train on. */
export function checkShares({ validation, test }: Pick<Shares, "validation" | "test">): readonly Mistake[] {
  if (validation + test < 1) return []
  const message =
    `expected shares of validation and test that leave something to train on, but ${validation} and ` +
    `${test} sum to 1 or more; make one of them smaller.`
  return [{ path: ["test"], message }]
}
