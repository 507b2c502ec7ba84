import type { Weights } from "@saddlepoint/core/play/weights"

/**
 * Weights and images that are a formula of their name, so that a network of 24 million numbers can be checked without
 * a file of them (the `generator` text of inception.json). All integers are unsigned and of 32 bits.
 */

/** FNV-1a of the name's UTF-8 bytes. */
export function fnv1a(name: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** The finaliser of MurmurHash3. */
function fmix(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Numbers 0, 1, ... of the sequence that a name and a seed stand for, each of 32 bits. */
export function formulaBits(name: string, seed: number, count: number): Uint32Array {
  const start = fmix(fnv1a(name) + Math.imul(seed, 0x9e3779b1))
  const bits = new Uint32Array(count)
  for (let i = 0; i < count; i++) bits[i] = fmix(start + Math.imul(i, 0x9e3779b9))
  return bits
}

/** How the uniform numbers `u` of a tensor become weights. */
export interface FormulaScale {
  readonly times: number
  readonly plus: number
}

/** Uniform on `[-reach, reach)`. */
export const symmetric = (reach: number): FormulaScale => ({ times: 2 * reach, plus: -reach })

/**
 * The scale of a tensor of a state dict: convolutions `(2u - 1) sqrt(6 / fan-in)`, linear layers
 * `(2u - 1) sqrt(3 / inputs)`, weight and variance of a batch norm `0.75 + 0.5 u`, everything else `0.2 u - 0.1`.
 */
export function formulaScale(name: string, shape: readonly number[]): FormulaScale {
  const fanIn = shape.slice(1).reduce((product, size) => product * size, 1)
  if (shape.length === 4) return symmetric(Math.sqrt(6 / fanIn))
  if (shape.length === 2) return symmetric(Math.sqrt(3 / fanIn))
  if (/\.bn\.weight$|running_var$/.test(name)) return { times: 0.5, plus: 0.75 }
  return { times: 0.2, plus: -0.1 }
}

/**
 * The values of one tensor in the order of PyTorch, float32.
 * @param scale that of `formulaScale` when left out
 */
export function formulaTensor(
  name: string,
  shape: readonly number[],
  seed: number,
  scale: FormulaScale = formulaScale(name, shape),
): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1)
  const { times, plus } = scale
  const bits = formulaBits(name, seed, size)
  const values = new Float32Array(size)
  for (let i = 0; i < size; i++) values[i] = (bits[i]! >>> 8) * 2 ** -24 * times + plus
  return values
}

/** All tensors of a network by name; the names are hashed with `prefix` in front. */
export function formulaWeights(
  parameters: Iterable<{ readonly name: string; readonly shape: readonly number[] }>,
  seed: number,
  prefix = "",
): Weights {
  const named = Array.from(parameters, ({ name, shape }) => {
    return [name, { shape, values: formulaTensor(`${prefix}${name}`, shape, seed) }] as const
  })
  return Object.fromEntries(named)
}

/** An image of bytes `[height, width, 3]`: slopes that wrap at 256, with an eighth of noise. */
export function formulaImage(name: string, seed: number, height: number, width: number): Uint8Array {
  const bits = formulaBits(`image:${name}`, seed, 3 * height * width)
  const image = new Uint8Array(height * width * 3)
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const slope = (x * (3 + c) + y * (5 + 2 * c) + 85 * c) % 256
        const noise = bits[(c * height + y) * width + x]! >>> 27
        image[(y * width + x) * 3 + c] = (7 * slope + 8 * noise) >> 3
      }
    }
  }
  return image
}
