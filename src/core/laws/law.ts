import type { Engine } from "@saddlepoint/engine/engine"
import type { IRawProperty } from "fast-check"

/**
 * What one run of a law looks at: short lists of numbers by name, small enough to read when it is a counterexample.
 * For losses `shape` is a tensor shape, and lists named after inputs fill a tensor of that shape, repeated in order.
 */
export type Case = Readonly<Record<string, readonly number[]>>

/** How often a law is tried, where its random cases come from, and where it trains. */
export interface LawOptions {
  /** 100 for losses and 2 for strategies where left out. */
  readonly runs?: number
  /** Same seed, same cases; 1 where left out. */
  readonly seed?: number
  /** Where strategies train; the js engine where left out. Losses compute on the backend that TensorFlow.js has. */
  readonly engine?: Engine
}

/** A property that every plug-in of a kind must satisfy. */
export interface Law<Subject> {
  /** camelCase, unique within its kind; what reports and tests name. */
  readonly name: string
  /** The law in one sentence. */
  readonly statement: string
  /** `true`, or one sentence why the law says nothing about this plug-in. */
  applies(subject: Subject, options: LawOptions): true | string | Promise<true | string>
  /** A property, which throws `Broken` where the law does not hold. */
  property(subject: Subject, options: LawOptions): IRawProperty<[Case]>
}

/** A law, and why a plug-in declines it, where it does. */
export interface CheckedLaw<Subject> extends Law<Subject> {
  /** One sentence. */
  readonly declined?: string
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
