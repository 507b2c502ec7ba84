import { bytesPerNumber, decodeNumbers } from "@saddlepoint/core/play/numberFormat"
import type { Weights } from "@saddlepoint/core/play/weights"
import { type Allowance, allowance } from "./allowance.ts"
import type { ByteSource } from "./byteSource.ts"
import { PickleList, readPickle } from "./pickle.ts"
import { gatherStrided, isWhole } from "./strided.ts"
import { type TorchStorage, TorchTensor, torchWorld } from "./torchPickle.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"
import type { ZipArchive } from "./zip.ts"

/** Longest pickles of a file, in bytes: names and shapes only, 40 kB for a network of 500 tensors. */
const longestPickles = 2 ** 24

/**
 * Reads the weights of a state dict that torch.save wrote as a zip archive (torch 1.6 and later). Half, brain and single
 * precision are read exactly, double precision is rounded to float32, integers must fit. A dict under the key
 * `state_dict` is taken for the whole, a `module.` before all names is dropped, and so are the counters
 * `num_batches_tracked`, which no evaluation reads. Tensors that share a whole storage share memory. The result has
 * no prototype.
 *
 * @throws WeightFileError when the file is damaged, too large, or holds anything but tensors
 */
export function readPthArchive(archive: ZipArchive, memory: Allowance = allowance()): Weights {
  const pickle = archive.names.find((name) => name === "data.pkl" || /^[^/]+\/data\.pkl$/.test(name))
  if (pickle === undefined) {
    throw new WeightFileError(
      "Expected an entry data.pkl in a zip archive of torch.save but there is none; check which program wrote the file.",
    )
  }
  const folder = pickle.slice(0, -"data.pkl".length)
  if (archive.names.includes(`${folder}byteorder`)) {
    const order = Buffer.from(archive.read(`${folder}byteorder`)).toString("latin1")
    if (order !== "little") {
      throw new WeightFileError(
        `Expected little-endian numbers in a file of torch.save but its byteorder is ${quoted(order)}; save it on a little-endian machine.`,
      )
    }
  }
  const bytes = archive.read(pickle)
  requirePickleLength(bytes.byteLength)
  const storages = new Map<string, TorchStorage>()
  const { value } = readPickle(bytes, 0, torchWorld(storages))
  return weightsOf(value, ({ key }) => archive.read(`${folder}data/${key}`), memory)
}

/**
 * Reads the weights of a state dict in the form of torch before 1.6: pickles of a magic number, a version, facts of the
 * machine, the state dict and the storages' keys, and then the storages, each behind its count of 8 bytes. Otherwise
 * like `readPthArchive`.
 */
export function readPthStream(source: ByteSource, memory: Allowance = allowance()): Weights {
  const storages = new Map<string, TorchStorage>()
  const world = torchWorld(storages)
  const length = Math.min(source.size, longestPickles)
  memory.take(length, "the pickles at the start")
  const head = source.read(0, length)
  const magic = readPickle(head, 0, world)
  const version = readPickle(head, magic.end, world)
  if (magic.value !== 0x1950a86a20f9469cfc6cn || version.value !== 1001) {
    throw new WeightFileError(
      "Expected torch.save's magic number and version 1001 at the start of a .pth file but got other pickles; check which program wrote the file.",
    )
  }
  const machine = readPickle(head, version.end, world)
  if (machine.value instanceof Map && machine.value.get("little_endian") === false) {
    throw new WeightFileError(
      "Expected little-endian numbers in a .pth file but it was written on a big-endian machine; save it on a little-endian one.",
    )
  }
  const state = readPickle(head, machine.end, world)
  const keys = readPickle(head, state.end, world)
  const places = placesOf(source, keys.value, keys.end, storages)
  const read = ({ key, format, count }: TorchStorage) => {
    const bytes = count * bytesPerNumber[format]
    memory.take(bytes, `storage ${quoted(key)}`)
    return source.read(places.get(key)!, bytes)
  }
  return weightsOf(state.value, read, memory)
}

/** Where the numbers of each storage start. Every storage must be there, with the count that its tensors expect. */
function placesOf(
  source: ByteSource,
  keys: unknown,
  start: number,
  storages: ReadonlyMap<string, TorchStorage>,
): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  let at = start
  for (const key of listed(keys)) {
    const storage = storages.get(key as string)
    if (storage === undefined || places.has(storage.key)) {
      throw unfit("every storage listed once and used by a tensor but got another list")
    }
    const head = source.read(at, 8)
    const count = Number(new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, true))
    if (count !== storage.count) {
      throw unfit(`${storage.count} numbers in storage ${quoted(storage.key)} but its own count is ${count}`)
    }
    places.set(storage.key, at + 8)
    at += 8 + count * bytesPerNumber[storage.format]
  }
  const missing = [...storages.keys()].find((key) => !places.has(key))
  if (missing !== undefined) throw unfit(`storage ${quoted(missing)} but it is not listed`)
  if (at > source.size) throw unfit(`storages that end at byte ${at} but the file ends at ${source.size}`)
  return places
}

function weightsOf(value: unknown, read: (storage: TorchStorage) => Uint8Array, memory: Allowance): Weights {
  const storages = new Map<string, Float32Array | Float64Array>()
  const numbers = (storage: TorchStorage) => {
    const known = storages.get(storage.key)
    if (known !== undefined) return known
    const values = decoded(read(storage), storage, memory)
    storages.set(storage.key, values)
    return values
  }
  const weights = Object.create(null) as Record<string, Weights[string]>
  for (const [name, tensor] of namedTensors(value)) {
    if (name.endsWith("num_batches_tracked")) continue
    weights[name] = { shape: tensor.shape, values: gathered(name, tensor, numbers(tensor.storage), memory) }
  }
  return weights
}

/** The numbers of a storage, as many as its tensors expect. */
function decoded(bytes: Uint8Array, { key, format, count }: TorchStorage, memory: Allowance) {
  if (bytes.byteLength !== count * bytesPerNumber[format]) {
    throw unfit(`${count} ${format} numbers in storage ${quoted(key)} but got ${bytes.byteLength} bytes`)
  }
  memory.take(count * 8, `storage ${quoted(key)}`)
  const values = decodeNumbers(bytes, format)
  if ((format === "int64" || format === "int32") && values.some((value) => Math.abs(value) > 2 ** 24)) {
    throw unfit(
      `integers up to 2^24 in storage ${quoted(key)}, as float32 holds exactly, but got larger ones`,
    )
  }
  return values
}

function gathered(
  name: string,
  { storage, offset, shape, strides }: TorchTensor,
  values: Float32Array | Float64Array,
  memory: Allowance,
): Float32Array {
  if (values instanceof Float32Array && offset === 0 && isWhole(storage.count, shape, strides)) return values
  const size = shape.reduce((product, length) => product * length, 1)
  memory.take(size * 4, `tensor ${quoted(name)}`)
  return gatherStrided(values, new Float32Array(size), offset, shape, strides)
}

/** The tensors of a state dict, or of the one under `state_dict`, by name. */
function namedTensors(value: unknown): [string, TorchTensor][] {
  const dict =
    value instanceof Map && value.get("state_dict") instanceof Map ? value.get("state_dict") : value
  if (!(dict instanceof Map)) throw unfit("a dict of tensors but got another value")
  const entries = [...(dict as Map<unknown, unknown>)].map(([name, tensor]): [string, TorchTensor] => {
    if (typeof name !== "string" || !(tensor instanceof TorchTensor)) {
      throw unfit(`tensors by name but ${quoted(name)} is none`)
    }
    return [name, tensor]
  })
  const parallel = "module."
  return entries.every(([name]) => name.startsWith(parallel))
    ? entries.map(([name, tensor]) => [name.slice(parallel.length), tensor])
    : entries
}

/** The items of a list of texts. */
function listed(keys: unknown): readonly unknown[] {
  if (!(keys instanceof PickleList)) throw unfit("a list of its storages' keys but got another value")
  return keys.items
}

function requirePickleLength(length: number): void {
  if (length > longestPickles) {
    throw unfit(`at most ${longestPickles} bytes of names and shapes but got ${length}`)
  }
}

function unfit(expectation: string): WeightFileError {
  return new WeightFileError(
    `Expected a state dict of torch with ${expectation}; save the network's state_dict() again.`,
  )
}
