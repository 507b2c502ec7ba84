import type { OrtTensor } from "./onnxRuntime.ts"

/** ONNX Runtime's own tensor in a GPU's memory: it can be fed to sessions, and must be released by hand. */
export interface NativeTensor {
  readonly type: OrtTensor["type"]
  readonly dims: readonly number[]
  dispose(): void
}

let alive = 0

/** How many results are in the memory of a GPU. */
export function residentTensors(): number {
  return alive
}

/**
 * A result that stays in the GPU's memory until its last owner lets go. Its numbers are fetched when they are asked
 * for, and then kept.
 */
export class ResidentTensor implements OrtTensor {
  readonly native: NativeTensor
  private readonly download: (native: NativeTensor) => OrtTensor["data"]
  private readonly released: () => void
  private fetched: OrtTensor["data"] | undefined
  private owners = 0

  /**
   * @param download copies the numbers to the host
   * @param released called once the memory was released
   */
  constructor(
    native: NativeTensor,
    download: (native: NativeTensor) => OrtTensor["data"],
    released: () => void,
  ) {
    this.native = native
    this.download = download
    this.released = released
    alive++
  }

  get type(): OrtTensor["type"] {
    return this.native.type
  }

  get dims(): readonly number[] {
    return this.native.dims
  }

  get data(): OrtTensor["data"] {
    this.fetched ??= this.download(this.native)
    return this.fetched
  }

  own(): void {
    this.owners++
  }

  /** The last owner's leave releases the memory. */
  disown(): void {
    this.owners--
    if (this.owners > 0) return
    this.native.dispose()
    alive--
    this.released()
  }
}
