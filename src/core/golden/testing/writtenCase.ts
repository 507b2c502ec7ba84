import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** A recorded tensor as a test spells it. */
export interface WrittenTensor {
  readonly shape: readonly number[]
  readonly values: readonly number[]
  readonly dtype?: "float32" | "int32"
}

export interface WrittenCase {
  readonly losses?: Readonly<Record<string, readonly number[]>>
  readonly tensors?: Readonly<Record<string, WrittenTensor>>
  /** Whole tensors, of which the file holds summaries. */
  readonly grad0?: Readonly<Record<string, readonly number[]>>
  readonly after?: Readonly<Record<string, readonly number[]>>
  /** Absolute, of everything. */
  readonly tolerance?: number
  readonly tightSteps?: number
  readonly noiseDriven?: readonly string[]
  readonly more?: Readonly<Record<string, unknown>>
}

/** Writes a case in the format of recorded trainings. Gives its folder. */
export async function writtenCase(
  parent: string,
  name: string,
  { losses = {}, tensors = {}, grad0 = {}, after = {}, tolerance = 1e-5, ...rest }: WrittenCase,
): Promise<string> {
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true })
  const entries: Record<string, unknown> = {}
  const parts: Uint8Array[] = []
  let offsetBytes = 0
  for (const [tensor, { shape, values, dtype = "float32" }] of Object.entries(tensors)) {
    const array = dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values)
    entries[tensor] = { file: "tensors.bin", dtype, shape, offsetBytes }
    parts.push(new Uint8Array(array.buffer))
    offsetBytes += array.byteLength
  }
  const all = <T, U>(of: Readonly<Record<string, T>>, make: (value: T) => U) =>
    Object.fromEntries(Object.entries(of).map(([key, value]) => [key, make(value)]))
  const allowed = () => ({ sum: tolerance, l2: tolerance, each: tolerance })
  const expected = Object.keys(tensors).filter((tensor) => tensor.startsWith("expect."))
  const file = {
    name,
    case: "written by a test",
    config: {},
    steps: Math.max(1, ...Object.values(losses).map((values) => values.length)),
    losses,
    tolerance: {
      losses: all(losses, (values) => values.map(() => tolerance)),
      grad0: all(grad0, allowed),
      after: all(after, allowed),
      expect: Object.fromEntries(expected.map((tensor) => [tensor, tolerance])),
    },
    tightSteps: rest.tightSteps ?? 1,
    ...(rest.noiseDriven === undefined ? {} : { noiseDriven: rest.noiseDriven }),
    tensors: entries,
    grad0: all(grad0, summaryOf),
    after: all(after, summaryOf),
    ...rest.more,
  }
  await writeFile(join(folder, "case.json"), JSON.stringify(file))
  await writeFile(join(folder, "tensors.bin"), Buffer.concat(parts))
  return folder
}

function summaryOf(values: readonly number[]) {
  return {
    shape: [values.length],
    sum: values.reduce((sum, value) => sum + value, 0),
    l2: Math.hypot(...values),
    first8: values.slice(0, 8),
  }
}
