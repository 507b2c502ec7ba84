import { createHash } from "node:crypto"
import seedrandom from "seedrandom"

/**
 * A named source of random numbers. A stream is a pure function of its key: opening the same key again gives
 * the same numbers from the start, so a checkpoint needs to hold no generator state.
 */
export interface Stream {
  /** Uniform on [0, 1), with 32 random bits. */
  uniform(): number
  /** Standard normal (Box and Muller, 1958; both values of a pair are used). */
  normal(): number
  /** Uniform integer in [0, n). Throws unless `n` is an integer between 1 and 2^32. */
  integer(n: number): number
  /** A shuffled copy (Fisher and Yates); the argument is left alone. */
  shuffle<T>(items: readonly T[]): T[]
  /** Fills with float32 values uniform on [0, 1): 24 bits, so that rounding never gives 1. */
  fillUniform(values: Float32Array): Float32Array
  /** Fills with standard normal values. */
  fillNormal(values: Float32Array): Float32Array
  /** Fills with 1 with probability `rate` and 0 otherwise. Throws unless `rate` is in [0, 1]. */
  fillBernoulli(values: Float32Array, rate: number): Float32Array
}

/** Part of a stream's key; a number and its digits as text are different parts. */
export type KeyPart = string | number

/**
 * Opens the stream of a key.
 *
 * Keys are unambiguous: `stream("a/b")`, `stream("a", "b")`, `stream("1")` and `stream(1)` are four streams.
 * The generator is Alea (Baagøe), from `seedrandom`, seeded with the SHA-256 of the key's JSON.
 *
 * @param key names and indices, e.g. `stream(seed, "noise", "generator", step)`; numbers must be finite
 */
export function stream(...key: readonly KeyPart[]): Stream {
  const uniform = seedrandom.alea(keyDigest(key))
  let spare: number | undefined

  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    // 1 - u lies in (0, 1], so the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()))
    const angle = 2 * Math.PI * uniform()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  const integer = (n: number): number => {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) {
      throw new RangeError(`Expected an integer between 1 and 2^32 as the number of outcomes, but got ${n}.`)
    }
    return Math.floor(uniform() * n)
  }

  return {
    uniform,
    normal,
    integer,
    shuffle(items) {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(last + 1)
        const held = shuffled[last]!
        shuffled[last] = shuffled[other]!
        shuffled[other] = held
      }
      return shuffled
    },
    fillUniform(values) {
      for (let i = 0; i < values.length; i++) values[i] = Math.floor(uniform() * 2 ** 24) / 2 ** 24
      return values
    },
    fillNormal(values) {
      for (let i = 0; i < values.length; i++) values[i] = normal()
      return values
    },
    fillBernoulli(values, rate) {
      if (!(rate >= 0 && rate <= 1)) {
        throw new RangeError(`Expected a rate between 0 and 1, but got ${rate}.`)
      }
      for (let i = 0; i < values.length; i++) values[i] = uniform() < rate ? 1 : 0
      return values
    },
  }
}

/** SHA-256, in hexadecimal, of the key as JSON (JSON keeps parts apart and text apart from numbers). */
function keyDigest(key: readonly KeyPart[]): string {
  for (const part of key) {
    if (typeof part === "number" && !Number.isFinite(part)) {
      throw new RangeError(`Expected finite numbers in the key of a random stream, but got ${part}.`)
    }
  }
  return createHash("sha256").update(JSON.stringify(key)).digest("hex")
}

/**
 * Makes `Math.random` throw, so that no draw escapes the seeded streams.
 * @returns a function that puts `Math.random` back
 */
export function forbidMathRandom(): () => void {
  const original = Math.random
  Math.random = () => {
    throw new Error(
      "Math.random was called, which no seed controls. Draw from stream(...) of @saddlepoint/engine/random, " +
        "or inside a step from context.random(name, shape, distribution).",
    )
  }
  return () => {
    Math.random = original
  }
}
