import fc, { type IRawProperty } from "fast-check"
import type { Case } from "./law.ts"

/** A property of one case, which is nothing to choose: what it tries is the same every time. */
export function once(check: () => Promise<void>): IRawProperty<[Case]> {
  return fc.asyncProperty(fc.constant<Case>({}) as fc.Arbitrary<Case>, check) as unknown as IRawProperty<
    [Case]
  >
}
