import { zipOf } from "./zip.ts"

/** A tensor to be written: a view of numbers. */
export interface SavedTensor {
  readonly storage: SavedStorage
  readonly offset?: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  /** Start of the part of a shared storage that the tensor's offset counts from (old streams only). */
  readonly view?: number
}

export interface SavedStorage {
  readonly key: string
  readonly type: string
  readonly count: number
  readonly bytes: Uint8Array
}

/** A storage of float32 numbers. */
export function floats(key: string, ...values: number[]): SavedStorage {
  return {
    key,
    type: "FloatStorage",
    count: values.length,
    bytes: new Uint8Array(Float32Array.from(values).buffer),
  }
}

const int = (value: number) => {
  const bytes = Buffer.alloc(5)
  bytes.write("J", "latin1")
  bytes.writeInt32LE(value, 1)
  return bytes
}

/** A text of Python 3. */
export const text = (value: string) => {
  const bytes = Buffer.from(value)
  const head = Buffer.alloc(5)
  head.write("X", "latin1")
  head.writeUInt32LE(bytes.length, 1)
  return Buffer.concat([head, bytes])
}

const code = (letters: string) => Buffer.from(letters, "latin1")
const tuple = (...items: Uint8Array[]) => Buffer.concat([code("("), ...items, code("t")])
const ints = (values: readonly number[]) => tuple(...values.map(int))
const dictOf = (entries: readonly [string, Uint8Array][]) =>
  Buffer.concat([code("}("), ...entries.flatMap(([name, value]) => [text(name), value]), code("u")])

/** A call of a global with these arguments, as `__reduce__` gives it. */
export const call = (module: string, name: string, ...args: Uint8Array[]) =>
  Buffer.concat([code(`c${module}\n${name}\n`), tuple(...args), code("R")])

/** A pickle of protocol 2. */
export const pickle = (value: Uint8Array) => Buffer.concat([code("\x80\x02"), value, code(".")])

function tensorPickle({ storage, offset = 0, shape, strides, view }: SavedTensor, legacy: boolean): Buffer {
  const part = view === undefined ? code("N") : tuple(text("view"), int(view), int(storage.count - view))
  const kind = [
    text("storage"),
    code(`ctorch\n${storage.type}\n`),
    text(storage.key),
    text("cpu"),
    int(storage.count),
  ]
  const id = Buffer.concat([tuple(...kind, ...(legacy ? [part] : [])), code("Q")])
  const rest = [int(offset), ints(shape), ints(strides), code("\x89"), call("collections", "OrderedDict")]
  return call("torch._utils", "_rebuild_tensor_v2", id, ...rest)
}

/** The pickle of an OrderedDict of tensors that has `_metadata`, as torch writes it. */
export function stateDict(tensors: Readonly<Record<string, SavedTensor>>, legacy = false): Buffer {
  const entries = Object.entries(tensors).flatMap(([name, tensor]) => [
    text(name),
    tensorPickle(tensor, legacy),
  ])
  const metadata = dictOf([["_metadata", call("collections", "OrderedDict")]])
  const dict = call("collections", "OrderedDict")
  return Buffer.concat([dict, code("("), ...entries, code("u"), metadata, code("b")])
}

const storagesOf = (tensors: Readonly<Record<string, SavedTensor>>) => [
  ...new Map(Object.values(tensors).map(({ storage }) => [storage.key, storage])).values(),
]

/** What torch.save writes since 1.6: a zip archive. */
export function pthArchive(
  tensors: Readonly<Record<string, SavedTensor>>,
  { state = stateDict(tensors), byteorder = "little", deflate = false } = {},
): Buffer {
  const entries = [
    { name: "net/data.pkl", data: pickle(state) },
    { name: "net/byteorder", data: Buffer.from(byteorder) },
    ...storagesOf(tensors).map(({ key, bytes }) => ({ name: `net/data/${key}`, data: bytes })),
    { name: "net/version", data: Buffer.from("3\n") },
  ]
  return zipOf(entries, { deflate })
}

/** What torch.save wrote before 1.6. */
export function pthStream(
  tensors: Readonly<Record<string, SavedTensor>>,
  { state = stateDict(tensors, true), keys = storagesOf(tensors).map(({ key }) => key) } = {},
): Buffer {
  const magic = code("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19")
  const machine = dictOf([
    ["protocol_version", int(1001)],
    ["little_endian", code("\x88")],
  ])
  const list = Buffer.concat([code("]("), ...keys.map(text), code("e")])
  const storages = storagesOf(tensors).flatMap(({ count, bytes }) => {
    const head = Buffer.alloc(8)
    head.writeBigInt64LE(BigInt(count))
    return [head, bytes]
  })
  return Buffer.concat([...[magic, int(1001), machine, state, list].map(pickle), ...storages])
}

export { code, dictOf, int, tuple }
