import { constants, gunzipSync } from "node:zlib"

/** An array of bytes with its shape, row-major. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly values: Uint8Array
}

/** No deflate stream becomes more than this many times longer (zlib technical details, "Maximum Compression Factor"). */
const mostExpansion = 1032

/** Largest array that is read, in bytes. */
const mostBytes = 2 ** 30

/**
 * Reads the idx format of MNIST (LeCun, Cortes and Burges): two zero bytes, the type (8: unsigned byte, the only one that is
 * read), the number of axes, each axis's length as a big-endian 32-bit integer, the values. The bytes may be gzipped.
 *
 * Lengths are compared with the bytes that are there before anything is allocated.
 *
 * @param name of the file, for errors
 * @throws one sentence for what is no such file, or is cut short or too long
 */
export function readIdx(bytes: Uint8Array, name: string): IdxArray {
  const refuse = (why: string): never => {
    throw new Error(`Expected ${name} to be an idx file of bytes, but ${why}; pull or copy it again.`)
  }
  const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b
  const head = zipped ? unzippedHead(bytes, refuse) : bytes
  if (head.length < 4 || head[0] !== 0 || head[1] !== 0) return refuse("it does not begin as one")
  if (head[2] !== 8) return refuse(`its values are of type ${head[2]} instead of 8`)
  const axes = head[3]!
  const start = 4 + 4 * axes
  if (axes === 0 || axes > 4) return refuse(`it has ${axes} axes instead of 1 to 4`)
  if (head.length < start) return refuse("it ends before its shape does")
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis))
  const length = start + shape.reduce((product, side) => product * side, 1)
  const possible = zipped ? bytes.length * mostExpansion : bytes.length
  if (length > mostBytes) return refuse(`its shape [${shape}] is more than ${mostBytes} bytes`)
  if (length > possible) return refuse(`its shape [${shape}] is more than its ${bytes.length} bytes can hold`)
  const whole = zipped ? unzipped(bytes, length, refuse) : bytes
  if (whole.length !== length) {
    return refuse(`it holds ${whole.length - start} values instead of those of its shape [${shape}]`)
  }
  return { shape, values: whole.subarray(start) }
}

/** What the first bytes of a gzipped file unzip to: enough for any header. */
function unzippedHead(bytes: Uint8Array, refuse: (why: string) => never): Uint8Array {
  try {
    return gunzipSync(bytes.subarray(0, 256), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch (cause) {
    return refuse(`it cannot be unzipped (${(cause as Error).message})`)
  }
}

function unzipped(bytes: Uint8Array, most: number, refuse: (why: string) => never): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: most })
  } catch (cause) {
    const tooLong = (cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE"
    return refuse(
      tooLong
        ? "it holds more values than its shape says"
        : `it cannot be unzipped (${(cause as Error).message})`,
    )
  }
}
