import { describe, expect, test } from "vitest"
import { allowance } from "./allowance.ts"
import { bytesInMemory } from "./byteSource.ts"
import { readPthArchive, readPthStream } from "./pth.ts"
import {
  code,
  dictOf,
  floats,
  int,
  pthArchive,
  pthStream,
  type SavedTensor,
  stateDict,
} from "./testing/pth.ts"
import { openZip } from "./zip.ts"

type Tensors = Readonly<Record<string, SavedTensor>>
type Options = { readonly state?: Buffer<ArrayBuffer> }

const forms = [
  [
    "archive",
    (tensors: Tensors, options: Options = {}, bytes = 2 ** 20) => {
      const memory = allowance({ bytes })
      return readPthArchive(openZip(bytesInMemory(pthArchive(tensors, options)), memory), memory)
    },
    (tensors: Tensors) => stateDict(tensors),
  ],
  [
    "stream",
    (tensors: Tensors, options: Options = {}, bytes = 2 ** 20) =>
      readPthStream(bytesInMemory(pthStream(tensors, options)), allowance({ bytes })),
    (tensors: Tensors) => stateDict(tensors, true),
  ],
] as const

const six = floats("0", 1, 2, 3, 4, 5, 6)
const whole = { storage: six, shape: [2, 3], strides: [3, 1] }

describe.each(forms)("%s", (_, read, state) => {
  test("tensors are read whole, transposed, from an offset, repeated and empty", () => {
    const weights = read({
      whole,
      transposed: { storage: six, shape: [3, 2], strides: [1, 3] },
      row: { storage: six, offset: 3, shape: [3], strides: [1] },
      repeated: { storage: six, offset: 1, shape: [2, 2], strides: [0, 1] },
      scalar: { storage: six, offset: 5, shape: [], strides: [] },
      none: { storage: six, shape: [0, 3], strides: [3, 1] },
    })
    expect({ ...weights }).toEqual({
      whole: { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) },
      transposed: { shape: [3, 2], values: Float32Array.of(1, 4, 2, 5, 3, 6) },
      row: { shape: [3], values: Float32Array.of(4, 5, 6) },
      repeated: { shape: [2, 2], values: Float32Array.of(2, 3, 2, 3) },
      scalar: { shape: [], values: Float32Array.of(6) },
      none: { shape: [0, 3], values: Float32Array.of() },
    })
  })

  test("every format of numbers is read as float32", () => {
    const one = (key: string, type: string, bytes: ArrayBuffer) => ({
      storage: { key, type, count: 1, bytes: new Uint8Array(bytes) },
      shape: [1],
      strides: [1],
    })
    const weights = read({
      double: one("0", "DoubleStorage", Float64Array.of(0.1).buffer),
      half: one("1", "HalfStorage", Uint16Array.of(0x3555).buffer), // 0.333251953125
      brain: one("2", "BFloat16Storage", Uint16Array.of(0x4049).buffer), // 3.140625
      long: one("3", "LongStorage", BigInt64Array.of(-7n).buffer),
    })
    expect(Object.values(weights).map(({ values }) => values[0])).toEqual([
      Math.fround(0.1),
      0.333251953125,
      3.140625,
      -7,
    ])
  })

  test("a nested state_dict, parallel names and batch counters are resolved", () => {
    const counter = {
      storage: { key: "1", type: "LongStorage", count: 1, bytes: new Uint8Array(8) },
      shape: [],
      strides: [],
    }
    const tensors = { "module.bn.weight": whole, "module.bn.num_batches_tracked": counter }
    const nested = dictOf([
      ["epoch", int(3)],
      ["state_dict", state(tensors)],
    ])
    expect(Object.keys(read(tensors, { state: nested }))).toEqual(["bn.weight"])
  })

  test("names of objects' own machinery are names like others", () => {
    const weights = read(
      Object.fromEntries([
        ["__proto__", whole],
        ["constructor", whole],
      ]),
    )
    expect(Object.keys(weights)).toEqual(["__proto__", "constructor"])
    expect(({} as { values?: unknown }).values).toBeUndefined()
  })

  test.each([
    [
      "a tensor beyond its storage",
      { a: { storage: six, shape: [7], strides: [1] } },
      "its shape [7] reaches beyond",
    ],
    [
      "a negative stride",
      { a: { storage: six, shape: [2], strides: [-1] } },
      "an offset, a shape and strides",
    ],
    ["too few strides", { a: { storage: six, shape: [2, 3], strides: [1] } }, "but got 1 and 2"],
    [
      "a storage of other size",
      { a: { ...whole, storage: { ...six, bytes: six.bytes.subarray(4) } } },
      "Expected",
    ],
    [
      "integers that float32 does not hold",
      {
        a: {
          storage: {
            key: "0",
            type: "LongStorage",
            count: 1,
            bytes: new Uint8Array(BigInt64Array.of(2n ** 40n).buffer),
          },
          shape: [1],
          strides: [1],
        },
      },
      "integers up to 2^24",
    ],
    [
      "one number repeated beyond all memory",
      { a: { storage: six, shape: [2 ** 30, 2 ** 30], strides: [0, 0] } },
      'tensor "a" needs',
    ],
  ])("%s is refused in one sentence", (_, tensors, sentence) => {
    expect(() => read(tensors)).toThrow(sentence)
  })

  test("what is no tensor is refused by name", () => {
    expect(() => read({}, { state: dictOf([["epoch", int(3)]]) })).toThrow(
      `Expected a state dict of torch with tensors by name but "epoch" is none; save the network's state_dict() again.`,
    )
    expect(() => read({}, { state: code("N") })).toThrow("a dict of tensors but got another value")
  })
})

test("a stream whose storages are cut off or not listed is refused", () => {
  const file = pthStream({ whole })
  const read = (bytes: Uint8Array) => readPthStream(bytesInMemory(bytes))
  expect(() => read(file.subarray(0, -1))).toThrow(`but the file ends at ${file.length - 1}`)
  expect(() => read(pthStream({ whole }, { keys: [] }))).toThrow('storage "0" but it is not listed')
  expect(() => read(pthStream({ whole }, { keys: ["1"] }))).toThrow("every storage listed once")
})

test("a stream's tensor may look at a part of a storage", () => {
  const part = { storage: six, view: 2, offset: 1, shape: [2], strides: [1] }
  expect(readPthStream(bytesInMemory(pthStream({ part }))).part).toEqual({
    shape: [2],
    values: Float32Array.of(4, 5),
  })
})

test("a big-endian archive is refused", () => {
  const archive = openZip(bytesInMemory(pthArchive({ whole }, { byteorder: "big" })))
  expect(() => readPthArchive(archive)).toThrow(
    'but its byteorder is "big"; save it on a little-endian machine.',
  )
})
