import { WeightFileError } from "./weightFileError.ts"

/** Most operations of one pickle: a network of 500 tensors takes about 20,000. */
const mostOperations = 1_000_000
const deepestStack = 100_000
const longestInteger = 32

/** The stack, the memory and the place of a pickle that is being read; none of them outgrows its bounds. */
export class PickleMachine {
  readonly memo = new Map<number, unknown>()
  at: number
  #bytes: Uint8Array
  #view: DataView
  #stack: unknown[] = []
  /** The stacks below each mark. */
  #marked: unknown[][] = []
  #depth = 0
  #spent = 0

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.at = at
  }

  /** Counts operations, of which there may only be so many. */
  spend(operations: number): void {
    this.#spent += operations
    if (this.#spent > mostOperations) throw refused(`at most ${mostOperations} operations but got more`)
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1))
  }
  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true)
  }
  int32(): number {
    return this.#view.getInt32(this.#advance(4), true)
  }
  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true)
  }
  /** An unsigned integer of 8 bytes; beyond 2^53 rounded, which no length of data in memory can be. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true))
  }
  /** Big-endian, the only number of a pickle that is. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false)
  }
  take(length: number): Uint8Array {
    const from = this.#advance(length)
    return this.#bytes.subarray(from, from + length)
  }
  text(length: number): string {
    return Buffer.from(this.take(length)).toString("utf8")
  }
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at)
    if (end < 0) throw this.#cut()
    const line = this.text(end - this.at)
    this.at += 1
    return line
  }
  /** A two's complement integer, little-endian. */
  integer(length: number): number | bigint {
    if (length > longestInteger)
      throw refused(`integers of at most ${longestInteger} bytes but got ${length}`)
    const digits = this.take(length)
    const value = digits.reduceRight((sum, digit) => (sum << 8n) | BigInt(digit), 0n)
    const signed = BigInt.asIntN(8 * length, value)
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed
  }

  push(value: unknown): void {
    if (++this.#depth > deepestStack)
      throw refused(`at most ${deepestStack} values on the stack but got more`)
    this.#stack.push(value)
  }
  pop(): unknown {
    if (this.#stack.length === 0) throw this.#empty()
    this.#depth--
    return this.#stack.pop()
  }
  top(): unknown {
    if (this.#stack.length === 0) throw this.#empty()
    return this.#stack.at(-1)
  }
  mark(): void {
    if (++this.#depth > deepestStack)
      throw refused(`at most ${deepestStack} values on the stack but got more`)
    this.#marked.push(this.#stack)
    this.#stack = []
  }
  popToMark(): unknown[] {
    const below = this.#marked.pop()
    if (below === undefined) throw this.#empty()
    const items = this.#stack
    this.#depth -= items.length + 1
    this.#stack = below
    return items
  }

  #advance(length: number): number {
    const from = this.at
    if (from + length > this.#bytes.byteLength) throw this.#cut()
    this.at += length
    return from
  }
  #cut(): WeightFileError {
    return refused(`a pickle with an end but it is cut off at byte ${this.at}`)
  }
  #empty(): WeightFileError {
    return refused(`a value on the stack at byte ${this.at} but there is none`)
  }
}

/** What a pickle must be and is not, in a sentence. */
export function refused(expectation: string): WeightFileError {
  return new WeightFileError(
    `Expected a pickle of tensors only, with ${expectation}; save the network's state_dict() again.`,
  )
}
