import type { IProperty } from "fast-check"
import type { Loss } from "../loss.ts"

/**
 * What one run of a law looks at: short lists of numbers by name, small enough to read when it is a counterexample.
 * `shape` is a tensor shape; lists named after inputs fill a tensor of that shape, repeated in order.
 */
export type Case = Readonly<Record<string, readonly number[]>>

/** A property that every plug-in of a kind must satisfy. */
export interface Law<L extends Loss = Loss> {
  /** camelCase, unique; what reports and tests name. */
  readonly name: string
  /** The law in one sentence. */
  readonly statement: string
  /** `true`, or one sentence why the law says nothing about this loss. */
  applies(loss: L): true | string
  /** A synchronous property, which throws `Broken` where the law does not hold. */
  property(loss: L): IProperty<[Case]>
}

/** Thrown by a law's property: what the law expected of a case, and what came. */
export class Broken extends Error {
  readonly expected: string
  readonly got: string
  constructor(expected: string, got: string) {
    super(`expected ${expected} but got ${got}`)
    this.name = "Broken"
    this.expected = expected
    this.got = got
  }
}
