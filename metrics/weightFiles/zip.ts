import { crc32, inflateRawSync } from "node:zlib"
import { type Allowance, allowance } from "./allowance.ts"
import type { ByteSource } from "./byteSource.ts"
import { quoted, WeightFileError } from "./weightFileError.ts"

/** An archive whose directory has been checked. */
export interface ZipArchive {
  /** Names of the entries, in order of the directory. Never use one as a path. */
  readonly names: readonly string[]
  /**
   * The bytes of an entry, inflated, their CRC-32 verified.
   * @throws WeightFileError when there is no such entry, or its data are damaged or larger than allowed
   */
  read(name: string): Uint8Array
}

interface Entry {
  readonly name: string
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly header: number
}

/**
 * Opens a zip archive (PKWARE APPNOTE 6.3.10) of the kind that torch.save and numpy.savez write: entries stored or
 * deflated, zip64, data descriptors. Read at random places, since yauzl and fflate either check no overlap and no
 * CRC-32, or want the whole archive in memory.
 *
 * @throws WeightFileError when the archive is damaged, encrypted, spans disks, or has entries that overlap or share a
 *   name
 */
export function openZip(source: ByteSource, memory: Allowance = allowance()): ZipArchive {
  const directory = directoryOf(source)
  memory.take(directory.length, "the directory of the zip archive")
  const entries = entriesOf(source.read(directory.at, directory.length), directory.count)
  const starts = new Map<string, number>()
  let end = 0
  for (const entry of [...entries.values()].sort((a, b) => a.header - b.header)) {
    if (entry.header < end) {
      throw damaged(`entry ${quoted(entry.name)} to start behind the one before, but they overlap`)
    }
    const start = dataStart(source, entry)
    end = start + entry.packed
    if (end > directory.at) {
      throw damaged(`entry ${quoted(entry.name)} to end before the directory, but they overlap`)
    }
    starts.set(entry.name, start)
  }
  return {
    names: [...entries.keys()],
    read(name) {
      const entry = entries.get(name)
      if (entry === undefined) {
        throw new WeightFileError(
          `Expected an entry ${quoted(name)} in the zip archive but it has none; check which program wrote the file.`,
        )
      }
      return contents(source, entry, starts.get(name)!, memory)
    },
  }
}

function contents(source: ByteSource, entry: Entry, start: number, memory: Allowance): Uint8Array {
  const { name, method, packed, size } = entry
  memory.take(size, `entry ${quoted(name)}`)
  const data = source.read(start, packed)
  const bytes = method === stored ? data : inflated(data, entry, memory.limits.inflation)
  if (bytes.byteLength !== size || crc32(bytes) !== entry.crc) {
    throw damaged(`${size} bytes with the recorded CRC-32 in entry ${quoted(name)}, but they differ`)
  }
  return bytes
}

function inflated(data: Uint8Array, { name, packed, size }: Entry, most: number): Uint8Array {
  if (size > 2 ** 20 && size > packed * most) {
    throw new WeightFileError(
      `Expected entry ${quoted(name)} to grow at most ${most} times when inflated but it declares ${size} bytes from ${packed}; raise \`limits.inflation\` if you trust the file.`,
    )
  }
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) })
  } catch {
    throw damaged(`deflated data of ${size} bytes in entry ${quoted(name)}, but they do not inflate to that`)
  }
}

const stored = 0
const deflated = 8

/** Where the central directory is: from the end record, or from its zip64 form where that is there. */
function directoryOf(source: ByteSource): { at: number; length: number; count: number } {
  const tailLength = Math.min(source.size, 22 + 0xffff)
  const tail = viewOf(source.read(source.size - tailLength, tailLength))
  for (let at = tailLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== 0x06054b50 || at + 22 + tail.getUint16(at + 20, true) !== tailLength)
      continue
    const end = source.size - tailLength + at
    const zip64 = at >= 20 && tail.getUint32(at - 20, true) === 0x07064b50
    const record = zip64
      ? zip64Directory(source, Number(tail.getBigUint64(at - 12, true)))
      : {
          disk: tail.getUint16(at + 4, true),
          count: tail.getUint16(at + 10, true),
          length: tail.getUint32(at + 12, true),
          at: tail.getUint32(at + 16, true),
        }
    if (record.disk !== 0) throw damaged("one disk, but the archive spans several")
    if (record.at + record.length > end) {
      throw damaged(`a directory before byte ${end}, but it is said to end at ${record.at + record.length}`)
    }
    return record
  }
  throw damaged("a directory at the end, but there is none")
}

function zip64Directory(source: ByteSource, at: number) {
  const view = viewOf(source.read(at, 56))
  if (view.getUint32(0, true) !== 0x06064b50) throw damaged(`a zip64 end record at ${at}, but there is none`)
  return {
    disk: view.getUint32(16, true),
    count: Number(view.getBigUint64(32, true)),
    length: Number(view.getBigUint64(40, true)),
    at: Number(view.getBigUint64(48, true)),
  }
}

/** The entries of the central directory by name. */
function entriesOf(directory: Uint8Array, count: number): ReadonlyMap<string, Entry> {
  const view = viewOf(directory)
  const entries = new Map<string, Entry>()
  let at = 0
  for (let index = 0; index < count; index++) {
    if (at + 46 > directory.length || view.getUint32(at, true) !== 0x02014b50) {
      throw damaged(`${count} entries in the directory, but entry ${index + 1} is missing`)
    }
    const nameEnd = at + 46 + view.getUint16(at + 28, true)
    const extraEnd = nameEnd + view.getUint16(at + 30, true)
    const next = extraEnd + view.getUint16(at + 32, true)
    if (next > directory.length)
      throw damaged(`a whole entry ${index + 1} in the directory, but it is cut off`)
    const name = Buffer.from(directory.subarray(at + 46, nameEnd)).toString("utf8")
    const flags = view.getUint16(at + 8, true)
    const method = view.getUint16(at + 10, true)
    if ((flags & 1) !== 0) throw damaged(`entry ${quoted(name)} to be readable, but it is encrypted`)
    if (method !== stored && method !== deflated) {
      throw damaged(`entry ${quoted(name)} to be stored or deflated, but its method is ${method}`)
    }
    const sizes = {
      size: view.getUint32(at + 24, true),
      packed: view.getUint32(at + 20, true),
      header: view.getUint32(at + 42, true),
    }
    const entry = {
      name,
      method,
      crc: view.getUint32(at + 16, true),
      ...wideSizes(sizes, viewOf(directory.subarray(nameEnd, extraEnd)), name),
    }
    if (method === stored && entry.packed !== entry.size) {
      throw damaged(`${entry.size} stored bytes in entry ${quoted(name)}, but it has ${entry.packed}`)
    }
    if (entries.has(name)) throw damaged(`one entry ${quoted(name)}, but there are several`)
    entries.set(name, entry)
    at = next
  }
  return entries
}

/** Sizes and offset with those of 0xffffffff replaced by the zip64 extra field's, which stand in this order. */
function wideSizes<Sizes extends Record<string, number>>(sizes: Sizes, extra: DataView, name: string): Sizes {
  const wanted = Object.keys(sizes).filter((key) => sizes[key] === 0xffffffff)
  if (wanted.length === 0) return sizes
  let at = 0
  while (at + 4 <= extra.byteLength) {
    const length = extra.getUint16(at + 2, true)
    const fits = length >= 8 * wanted.length && at + 4 + length <= extra.byteLength
    if (extra.getUint16(at, true) === 1 && fits) {
      const wide = wanted.map((key, i) => [key, Number(extra.getBigUint64(at + 4 + 8 * i, true))])
      return { ...sizes, ...Object.fromEntries(wide) }
    }
    at += 4 + length
  }
  throw damaged(`zip64 sizes of entry ${quoted(name)}, but they are missing`)
}

/** Where the entry's data start: behind the local header, which must be of the same name and method. */
function dataStart(source: ByteSource, { name, method, header }: Entry): number {
  const view = viewOf(source.read(header, 30))
  if (view.getUint32(0, true) !== 0x04034b50 || view.getUint16(8, true) !== method) {
    throw damaged(`a local header of entry ${quoted(name)} at byte ${header}, but there is none`)
  }
  const nameLength = view.getUint16(26, true)
  const local = Buffer.from(source.read(header + 30, nameLength)).toString("utf8")
  if (local !== name) throw damaged(`entry ${quoted(name)} at byte ${header}, but there is ${quoted(local)}`)
  return header + 30 + nameLength + view.getUint16(28, true)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function damaged(expectation: string): WeightFileError {
  return new WeightFileError(
    `Expected a whole zip archive, ${expectation}; get the file again from its source.`,
  )
}
