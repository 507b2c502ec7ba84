import type { DataId, KernelBackend } from "../tf.ts"
import type { GpuDevice } from "./dawn.ts"

/** What is used of TensorFlow.js's WebGPU backend beyond its public interface. */
export interface WebgpuBackend extends KernelBackend {
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number, mapped?: boolean, reuse?: boolean): unknown
  }
  /** Set, it keeps the backend from advising against what is refused below anyway. */
  hasReadSyncWarned: boolean
  read(dataId: DataId): Promise<Float32Array | Int32Array | Uint8Array>
  readSync(dataId: DataId): Float32Array | Int32Array | Uint8Array
}

/** The GPU refused something, or is gone: what it has computed since cannot be trusted. */
export class GpuFailure extends Error {
  override readonly name = "GpuFailure"
}

/** Watches a device on behalf of its backend. */
export interface Guard {
  /** @throws GpuFailure once anything has failed, and for ever after */
  check(): void
  /** From here on a lost device is expected. */
  close(): void
}

/** `GPUBufferUsage.STORAGE`. */
const storageUsage = 0x80

/**
 * Makes the GPU's errors loud. WebGPU reports a refused command beside the program, and a read then gives what the
 * buffer happened to hold; here the next read, or the end of the step, throws. A buffer beyond the device's limits
 * throws where it is made.
 */
export function guard(backend: WebgpuBackend, device: GpuDevice): Guard {
  let failure: GpuFailure | undefined
  let closed = false
  const fail = (message: string): void => {
    failure ??= new GpuFailure(message)
  }
  const check = (): void => {
    if (failure !== undefined) throw failure
  }
  device.addEventListener("uncapturederror", (event) => {
    event.preventDefault()
    fail(
      `Expected the GPU to accept every command, but it refused one: ${oneLine(event.error.message)}. ` +
        "Results of this process are void; use smaller tensors or --device onnx.",
    )
  })
  device.lost.then(({ reason, message }) => {
    if (closed) return
    fail(`Expected the GPU to stay, but it was lost (${reason}): ${oneLine(message)}. Start the run again.`)
  })

  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits
  const acquire = backend.bufferManager.acquireBuffer.bind(backend.bufferManager)
  backend.bufferManager.acquireBuffer = (size, usage, mapped, reuse) => {
    const limit =
      (usage & storageUsage) === 0 ? maxBufferSize : Math.min(maxBufferSize, maxStorageBufferBindingSize)
    if (size > limit) {
      throw new GpuFailure(
        `Expected a tensor of at most ${limit} bytes, this GPU's limit, but got one of ${size} bytes. ` +
          "Use a smaller batch or image, or --device onnx.",
      )
    }
    return acquire(size, usage, mapped, reuse)
  }
  const read = backend.read.bind(backend)
  backend.read = async (dataId) => {
    check()
    const values = await read(dataId)
    check()
    return values
  }
  backend.hasReadSyncWarned = true
  const readSync = backend.readSync.bind(backend)
  backend.readSync = (dataId) => {
    check()
    try {
      return readSync(dataId)
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error
      throw new Error(
        "Expected tensors of the webgpu engine to be read with `await tensor.data()`, but one was read with " +
          "dataSync(), which a GPU outside a browser cannot do. Read it asynchronously, or use --device onnx.",
      )
    }
  }
  return {
    check,
    close() {
      closed = true
    },
  }
}

function oneLine(message: string): string {
  return message.split("\n")[0]!.replace(/\.$/, "")
}
