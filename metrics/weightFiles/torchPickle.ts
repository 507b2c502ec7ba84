import type { NumberFormat } from "@saddlepoint/core/play/numberFormat"
import { type AllowedGlobal, globalName, orderedDict, type PickleWorld } from "./pickle.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** The numbers that one or several tensors look at. */
export class TorchStorage {
  readonly key: string
  readonly format: NumberFormat
  /** Numbers in all. */
  readonly count: number

  constructor(key: string, format: NumberFormat, count: number) {
    this.key = key
    this.format = format
    this.count = count
  }
}

/** A tensor as torch stores it: a view of a storage, in numbers. */
export class TorchTensor {
  readonly storage: TorchStorage
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]

  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage
    this.offset = offset
    this.shape = shape
    this.strides = strides
  }
}

const storageFormats: Readonly<Record<string, NumberFormat>> = {
  FloatStorage: "float32",
  DoubleStorage: "float64",
  HalfStorage: "float16",
  BFloat16Storage: "bfloat16",
  LongStorage: "int64",
  IntStorage: "int32",
  ShortStorage: "int16",
  CharStorage: "int8",
  ByteStorage: "uint8",
  BoolStorage: "bool",
}

/** Formats by the storages' full names; the classes of a GPU are named so in files of torch before 0.4. */
const formats: ReadonlyMap<string, NumberFormat> = new Map(
  Object.entries(storageFormats).flatMap(([name, format]) => [
    [`torch.${name}`, format] as const,
    [`torch.cuda.${name}`, format] as const,
  ]),
)

/** A part of a storage that is shared with others (torch before 1.6), counted in its numbers. */
interface StorageView {
  readonly storage: TorchStorage
  readonly offset: number
}

/**
 * What a state dict's pickle may name: dicts, tensors and their storages. Storages are remembered in `storages` by
 * their key.
 */
export function torchWorld(storages: Map<string, TorchStorage>): PickleWorld {
  return { globals, persistent: (id) => storageOf(id, storages) }
}

/** `('storage', class, key, location, count)`, and in older files `(view key, offset, count)` or None. */
function storageOf(id: unknown, storages: Map<string, TorchStorage>): StorageView {
  const [kind, type, key, , count, view = null] = Array.isArray(id) ? id : []
  const format = formats.get(globalName(type) ?? "")
  if (kind !== "storage" || format === undefined || typeof key !== "string" || !isCount(count)) {
    throw unfit(`a storage of numbers behind a tensor but got ${quoted(globalName(type) ?? "another value")}`)
  }
  const known = storages.get(key)
  if (known !== undefined && (known.format !== format || known.count !== count)) {
    throw unfit(`one size and format of storage ${quoted(key)} but got two`)
  }
  const storage = known ?? new TorchStorage(key, format, count)
  storages.set(key, storage)
  const [, offset = 0] = Array.isArray(view) ? view : []
  if (!isCount(offset)) throw unfit(`an offset into storage ${quoted(key)} but got another value`)
  return { storage, offset }
}

/** `_rebuild_tensor(_v2)(storage, offset, shape, strides, ...)`; whether gradients were wanted is ignored. */
function tensorOf(args: readonly unknown[]): TorchTensor {
  const [view, offset, shape, strides] = args
  if (!isView(view) || !isCount(offset) || !areCounts(shape) || !areCounts(strides)) {
    throw unfit("a storage, an offset, a shape and strides of every tensor but got other values")
  }
  if (shape.length !== strides.length || shape.length > 64) {
    throw unfit(
      `as many strides as axes of a tensor, at most 64, but got ${strides.length} and ${shape.length}`,
    )
  }
  const { storage } = view
  const first = view.offset + offset
  const last = shape.reduce((at, length, axis) => at + (length - 1) * strides[axis]!, first)
  if (!shape.includes(0) && !(last < storage.count)) {
    throw unfit(
      `a tensor within the ${storage.count} numbers of storage ${quoted(storage.key)} but its shape [${shape}] reaches beyond`,
    )
  }
  return new TorchTensor(storage, first, shape, strides)
}

const globals: ReadonlyMap<string, AllowedGlobal> = new Map(
  [
    orderedDict,
    { name: "torch._utils._rebuild_tensor", call: tensorOf },
    { name: "torch._utils._rebuild_tensor_v2", call: tensorOf },
    { name: "torch._utils._rebuild_parameter", call: ([tensor]: readonly unknown[]) => tensor },
    { name: "torch.Size", call: ([shape]: readonly unknown[]) => shape },
    ...[...formats.keys()].map((name) => ({ name })),
  ].map((global: AllowedGlobal) => [global.name, global]),
)

function isView(value: unknown): value is StorageView {
  return (value as { storage?: unknown } | null | undefined)?.storage instanceof TorchStorage
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
}

function areCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount)
}

function unfit(expectation: string): WeightFileError {
  return new WeightFileError(
    `Expected a state dict of torch with ${expectation}; save the network's state_dict() again.`,
  )
}
