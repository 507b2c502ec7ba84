import { writeModel } from "./graph/onnxWriter.ts"
import { type LoweredOutput, lowerTrace } from "./lowerTrace.ts"
import { channelBlock } from "./runtime/channelBlock.ts"
import type { OnnxRuntime, OrtSession, OrtTensor, SessionOptions } from "./runtime/onnxRuntime.ts"
import type { Trace } from "./trace.ts"

/** A compiled graph, ready to be fed. */
export interface Program {
  readonly session: OrtSession
  /** Name of the graph input of every leaf; undefined for constants. */
  readonly inputs: readonly (string | undefined)[]
  readonly outputs: readonly LoweredOutput[]
  readonly fetches: Record<string, null>
  /** True once the session was released: the program can no longer run. */
  disposed: boolean
  /** Steps that still need the program. */
  holders: number
}

interface CachedProgram extends Program {
  readonly signature: Int32Array
  readonly hash: number
  /** Values of the leaves that are constants of the graph. */
  readonly constants: readonly (number | undefined)[]
}

/** How many sessions stay compiled; of those that no step holds, the one unused for longest goes first. */
const capacity = 64

/** Compiled sessions by the signature of their graph. */
export class SessionCache {
  private readonly runtime: OnnxRuntime
  private readonly options: SessionOptions
  /** In the order of last use. */
  private readonly programs = new Map<number, CachedProgram[]>()
  private count = 0
  compiles = 0

  constructor(runtime: OnnxRuntime, threads: number) {
    this.runtime = runtime
    this.options = {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: "sequential",
      // Graphs come lowered and merged; the optimiser found nothing more and took seconds on large ones.
      graphOptimizationLevel: "disabled",
      logSeverityLevel: 3,
    }
  }

  get size(): number {
    return this.count
  }

  /**
   * The program of a trace. A number written by JavaScript is a constant of the graph at first; when it differs
   * at a later step it becomes an input, once and for good, at the price of one compilation.
   */
  programFor(trace: Trace): Program {
    const bucket = this.programs.get(trace.hash) ?? []
    const at = bucket.findIndex((program) => sameSignature(program.signature, trace.signature))
    const known = at < 0 ? undefined : bucket[at]!
    if (known !== undefined && constantsHold(known, trace)) {
      this.programs.delete(trace.hash)
      this.programs.set(trace.hash, bucket)
      return known
    }
    const isConstant = (leaf: number): boolean => {
      const value = trace.leaves[leaf]!.scalar
      if (value === undefined) return false
      return known === undefined || Object.is(known.constants[leaf], value)
    }
    const program = this.compile(trace, isConstant)
    if (known === undefined) {
      bucket.push(program)
      this.count++
    } else {
      release(known)
      bucket[at] = program
    }
    this.programs.delete(trace.hash)
    this.programs.set(trace.hash, bucket)
    if (this.count > capacity) this.evict(trace.hash)
    return program
  }

  /** Says that a step needs the program until it lets go of it. */
  hold(program: Program): void {
    program.holders++
  }

  /** Ends a step's need of a program; the last step's releases the session. */
  letGo(program: Program): void {
    program.holders--
    if (program.holders > 0 || program.disposed) return
    const { hash } = program as CachedProgram
    const bucket = this.programs.get(hash)!
    bucket.splice(bucket.indexOf(program as CachedProgram), 1)
    if (bucket.length === 0) this.programs.delete(hash)
    this.count--
    release(program)
  }

  dispose(): void {
    for (const bucket of this.programs.values()) for (const program of bucket) release(program)
    this.programs.clear()
    this.count = 0
  }

  private compile(trace: Trace, isConstant: (leaf: number) => boolean): CachedProgram {
    this.compiles++
    const { model, inputs, outputs } = lowerTrace(trace, isConstant, channelBlock(this.runtime))
    const bytes = writeModel(model)
    const session = this.runtime.newSession()
    session.loadModel(bytes.buffer, bytes.byteOffset, bytes.byteLength, this.options)
    const fetches: Record<string, null> = {}
    for (const output of outputs) fetches[output.name] = null
    return {
      session,
      inputs,
      outputs,
      fetches,
      disposed: false,
      holders: 0,
      signature: trace.signature,
      hash: trace.hash,
      constants: trace.leaves.map((leaf, i) => (isConstant(i) ? leaf.scalar : undefined)),
    }
  }

  /** Releases the programs unused for longest, but for those of `hash`, which is about to run. */
  private evict(hash: number): void {
    const others = [...this.programs.keys()].filter((other) => other !== hash)
    const unheld = (other: number) => this.programs.get(other)!.every(({ holders }) => holders === 0)
    const chosen = others.find(unheld) ?? others[0]
    if (chosen === undefined) return
    for (const program of this.programs.get(chosen)!) {
      release(program)
      this.count--
    }
    this.programs.delete(chosen)
  }
}

/** Runs a program on the data of a trace's leaves. */
export function runProgram(program: Program, feedOf: (leaf: number) => OrtTensor): Record<string, OrtTensor> {
  const feeds: Record<string, OrtTensor> = {}
  for (let i = 0; i < program.inputs.length; i++) {
    const name = program.inputs[i]
    if (name !== undefined) feeds[name] = feedOf(i)
  }
  return program.session.run(feeds, program.fetches, {})
}

function release(program: Program): void {
  program.session.dispose()
  program.disposed = true
}

export function sameSignature(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function constantsHold(program: CachedProgram, trace: Trace): boolean {
  for (let i = 0; i < program.constants.length; i++) {
    const constant = program.constants[i]
    if (constant !== undefined && !Object.is(constant, trace.leaves[i]!.scalar)) return false
  }
  return true
}
