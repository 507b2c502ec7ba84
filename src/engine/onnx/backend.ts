import * as tf from "../tf.ts"
import type { NumericType } from "./graph/numericType.ts"
import { physicalDims, sameShape, sizeOf } from "./graph/operand.ts"
import { inLogicalOrder, typed } from "./hostData.ts"
import type { Operation } from "./operation.ts"
import type { Recorder } from "./recorder.ts"
import type { OnnxRuntime, OrtTensor, OrtType } from "./runtime/onnxRuntime.ts"
import { type Program, runProgram, SessionCache } from "./sessionCache.ts"
import { type Trace, traceOf } from "./trace.ts"
import { Value } from "./value.ts"
import { view } from "./view.ts"

/** One computation: what was computed, and the program that did it. */
export interface Flush {
  readonly trace: Trace
  readonly program: Program
}

/** Recorded values that make a computation due even when nobody reads one. */
const recordLimit = 50_000

/**
 * A TensorFlow.js backend that records kernels instead of running them. When a number is asked for, or at a
 * step's end, everything alive is computed by one ONNX Runtime session; what died meanwhile never existed.
 */
export class OnnxBackend extends tf.KernelBackend implements Recorder {
  private readonly runtime: OnnxRuntime
  readonly sessions: SessionCache
  private readonly fallbackCounts: Record<string, number> = {}
  /** Tensors that came from another backend, under that backend's data ids. */
  private adopted = new WeakMap<object, Value>()
  private recorded: Value[] = []
  /** Disposed values on a GPU that recorded operations may still read. */
  private readonly retired: Value[] = []
  private dataCount = 0
  private writingInputs = false
  /** Computations so far. */
  flushes = 0
  /** Called with every trace before it is computed, as a benchmark counts its operations. */
  onTrace: ((trace: Trace) => void) | undefined

  constructor(runtime: OnnxRuntime, threads: number) {
    super()
    this.runtime = runtime
    this.sessions = new SessionCache(runtime, threads)
  }

  get onGpu(): boolean {
    return this.runtime.onGpu ?? false
  }

  get fallbacks(): Readonly<Record<string, number>> {
    return { ...this.fallbackCounts }
  }

  get sessionCount(): number {
    return this.sessions.size
  }

  /** Sessions compiled since the backend was made. */
  get compiles(): number {
    return this.sessions.compiles
  }

  // Recording

  value(info: tf.TensorInfo): Value {
    const value = this.valueFor(info.dataId)
    if (value.dtype === info.dtype && sameShape(value.shape, info.shape)) return value
    const dtype = info.dtype as NumericType
    return this.step(view(info.shape, dtype), [value], info.shape, dtype)
  }

  record(op: Operation, inputs: readonly Value[], shape: readonly number[], dtype: NumericType) {
    if (sizeOf(shape) === 0) return undefined
    const value = this.step(op, inputs, shape, dtype)
    value.refCount = 1
    this.dataCount++
    return { dataId: value, shape: shape as number[], dtype }
  }

  step(op: Operation, inputs: readonly Value[], shape: readonly number[], dtype: NumericType): Value {
    const value = new Value(shape, dtype, this)
    value.operation = op
    value.inputs = inputs
    value.refCount = 0
    this.recorded.push(value)
    return value
  }

  share(info: tf.TensorInfo): tf.TensorInfo {
    this.incRef(info.dataId)
    return { dataId: info.dataId, shape: info.shape, dtype: info.dtype }
  }

  /** Keeps what is recorded within bounds. To be called between kernels: inside one, steps are still unowned. */
  boundRecording(): void {
    if (this.recorded.length >= recordLimit) this.flush()
  }

  countFallback(kernelName: string): void {
    this.fallbackCounts[kernelName] = (this.fallbackCounts[kernelName] ?? 0) + 1
  }

  // Computing

  /** Computes every recorded value that is alive, in one session. Undefined when there was none. */
  flush(): Flush | undefined {
    const recorded = this.recorded
    const outputs = recorded.filter((value) => value.refCount > 0)
    let flush: Flush | undefined
    if (outputs.length > 0) {
      const trace = traceOf(recorded, outputs)
      this.onTrace?.(trace)
      const program = this.sessions.programFor(trace)
      this.flushes++
      flush = { trace, program }
      const results = runProgram(program, (leaf) => this.ortTensor(trace.leaves[leaf]!))
      outputs.forEach((value, i) => {
        const { name, layout } = program.outputs[i]!
        value.take(results[name]!)
        value.layout = layout
        value.operation = undefined
        value.inputs = []
      })
    }
    this.recorded = []
    this.releaseRetired()
    return flush
  }

  /** A tensor over the result of a session. */
  resultTensor(
    result: OrtTensor,
    shape: readonly number[],
    layout: readonly number[] | undefined,
  ): tf.Tensor {
    const value = new Value(shape, result.type, this)
    value.take(result)
    value.layout = layout
    this.dataCount++
    const info = { dataId: value, shape: shape as number[], dtype: result.type }
    return tf.engine().makeTensorFromTensorInfo(info, this)
  }

  /** Numbers from JavaScript as an input of a session. */
  inputTensor(values: Float32Array, shape: readonly number[]): OrtTensor {
    return this.runtime.newTensor("float32", values, shape)
  }

  /** Writes tensors inside `make` as inputs of the graph, never as constants of it. */
  asInputs<T>(make: () => T): T {
    this.writingInputs = true
    try {
      return make()
    } finally {
      this.writingInputs = false
    }
  }

  /** A computed value as ONNX Runtime takes it. */
  ortTensor(leaf: Value): OrtTensor {
    leaf.held ??= this.runtime.newTensor(
      leaf.dtype as OrtType,
      leaf.host!,
      leaf.layout === undefined ? leaf.shape : physicalDims({ actual: leaf.shape, perm: leaf.layout }),
    )
    return leaf.held
  }

  // What TensorFlow.js asks of a backend. Reference counts follow its CPU backend exactly.

  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    const value = this.hold(values, shape, dtype)
    // Recorded work reads the numbers later, when the caller may have reused the array.
    if (value.host === (values as unknown)) value.host = value.host?.slice()
    if (value.host?.length === 1 && !this.writingInputs) value.scalar = value.host[0]
    return value
  }

  /** Stores computed numbers, which are inputs of later graphs whatever their size. */
  writeResult(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId {
    return this.hold(values, shape, dtype)
  }

  override move(
    dataId: tf.DataId,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void {
    const value = this.hold(values, shape, dtype)
    value.refCount = refCount
    this.adopted.set(dataId, value)
  }

  override async read(dataId: tf.DataId): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId)
  }

  override readSync(dataId: tf.DataId): tf.backend_util.BackendValues {
    const value = this.valueFor(dataId)
    if (value.strings !== undefined) return value.strings
    if (!value.computed) this.flush()
    return value.layout === undefined
      ? value.numbers()
      : inLogicalOrder(value.numbers(), value.shape, value.layout)
  }

  override refCount(dataId: tf.DataId): number {
    return this.ownValue(dataId)?.refCount ?? 0
  }

  override incRef(dataId: tf.DataId): void {
    this.valueFor(dataId).refCount++
  }

  decRef(dataId: tf.DataId): void {
    const value = this.ownValue(dataId)
    if (value !== undefined) value.refCount--
  }

  override disposeData(dataId: tf.DataId, force = false): boolean {
    const value = this.ownValue(dataId)
    if (value !== undefined) {
      value.refCount--
      if (!force && value.refCount > 0) return false
      value.refCount = 0
      value.owner = undefined
      if (value.resident) this.retired.push(value)
      this.adopted.delete(dataId)
      this.dataCount--
    }
    return true
  }

  override numDataIds(): number {
    return this.dataCount
  }

  override timerAvailable(): boolean {
    return true
  }

  override async time(f: () => void): Promise<tf.BackendTimingInfo> {
    const start = performance.now()
    f()
    this.flush()
    return { kernelMs: performance.now() - start } as tf.BackendTimingInfo
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: false }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override dispose(): void {
    this.recorded = []
    this.releaseRetired()
    this.sessions.dispose()
    this.runtime.dispose?.()
  }

  private releaseRetired(): void {
    for (const value of this.retired) if (value.refCount === 0) value.release()
    this.retired.length = 0
  }

  private hold(values: tf.backend_util.BackendValues, shape: readonly number[], dtype: tf.DataType): Value {
    const value = new Value(shape, dtype, this)
    if (dtype === "string") value.strings = values as unknown as Uint8Array[]
    else value.host = typed(values, dtype)
    this.dataCount++
    return value
  }

  private ownValue(dataId: tf.DataId): Value | undefined {
    if (dataId instanceof Value && dataId.owner === this) return dataId
    return this.adopted.get(dataId)
  }

  /** The value behind a data id; moves it here from another backend if need be. */
  valueFor(dataId: tf.DataId): Value {
    const own = this.ownValue(dataId)
    if (own !== undefined) return own
    tf.engine().moveData(this, dataId)
    return this.adopted.get(dataId)!
  }
}
