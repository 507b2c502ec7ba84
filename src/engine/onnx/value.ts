import type { DataType } from "../tf.ts"
import type { HostData } from "./hostData.ts"
import type { Operation } from "./operation.ts"
import type { OrtTensor } from "./runtime/onnxRuntime.ts"
import { ResidentTensor } from "./runtime/residentTensor.ts"

/**
 * The data behind a tensor, and TensorFlow.js's data id at once: either held (`held`), or still to be computed
 * by `operation` from `inputs`. Its logical shape never changes; a reshape makes another value.
 */
export class Value {
  readonly shape: readonly number[]
  readonly dtype: DataType
  refCount = 1
  /** The backend that holds the data; undefined once it was released or moved to another backend. */
  owner: object | undefined

  operation: Operation | undefined
  inputs: readonly Value[] = noInputs

  /**
   * Data in physical order. Kept after disposal, because recorded operations may still read it. Undefined while the
   * numbers are in a GPU's memory only; `numbers` fetches them.
   */
  host: HostData | undefined
  /** The same data as ONNX Runtime's tensor, when there is one. */
  held: OrtTensor | undefined
  /** Physical dimension i holds logical axis layout[i]; undefined when they coincide. */
  layout: readonly number[] | undefined
  /** Strings, as bytes. */
  strings: Uint8Array[] | undefined
  /** The number of a one-element value written by JavaScript: a candidate for a constant of the graph. */
  scalar: number | undefined
  /** Interned (dtype, shape, layout) when the value is an input of a graph; 0 until it is needed. */
  leafKind = 0

  /** Generation and index of the flush that reached this value last. */
  generation = 0
  index = 0

  constructor(shape: readonly number[], dtype: DataType, owner: object) {
    this.shape = shape
    this.dtype = dtype
    this.owner = owner
  }

  get computed(): boolean {
    return this.operation === undefined
  }

  /** Takes a session's result as the data. */
  take(result: OrtTensor): void {
    this.release()
    this.held = result
    if (result instanceof ResidentTensor) {
      result.own()
      this.host = undefined
    } else this.host = result.data
  }

  /** The data in physical order, from wherever it is. */
  numbers(): HostData {
    this.host ??= this.held!.data
    return this.host
  }

  /** Whether the data takes memory of a GPU, to be released by hand. */
  get resident(): boolean {
    return this.held instanceof ResidentTensor
  }

  /** Lets go of memory on a GPU, once nothing recorded can read it any more. */
  release(): void {
    if (!(this.held instanceof ResidentTensor)) return
    this.held.disown()
    this.held = undefined
  }
}

const noInputs: readonly Value[] = []
