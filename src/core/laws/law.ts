import type { Engine } from "@saddlepoint/engine/engine"
import type { IRawProperty } from "fast-check"

/**
 * What one run of a law looks at: short lists of numbers by name, small enough to read when it is a counterexample.
 * For losses `shape` is a tensor shape, and lists named after inputs fill a tensor of that shape, repeated in order; where there is a
 * `spread`, that seed draws what stands beyond the lists.
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

/** `true`, one sentence why a law says nothing about a plug-in, or what the plug-in must declare before it can. */
export type Applies = true | string | Undeclared

/** A fact that a law would need and that the plug-in does not declare: the law is unchecked, which is no pass. */
export interface Undeclared {
  /** What to declare, in a sentence. */
  readonly undeclared: string
}

/** @param facts what is not declared, and what it says */
export function undeclared(facts: string): Undeclared {
  return { undeclared: `declare ${facts}` }
}

/** A property that every plug-in of a kind must satisfy. */
export interface Law<Subject> {
  /** camelCase, unique within its kind; what reports and tests name. */
  readonly name: string
  /** The law in one sentence. */
  readonly statement: string
  /** Whether the law says something about this plug-in. */
  applies(subject: Subject, options: LawOptions): Applies | Promise<Applies>
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
