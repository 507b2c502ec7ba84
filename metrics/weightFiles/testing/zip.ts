import { crc32, deflateRawSync } from "node:zlib"

/** An entry of an archive, with what its headers say where that differs from the truth. */
export interface ArchiveEntry {
  readonly name: string
  readonly data: Uint8Array
  readonly flags?: number
  readonly method?: number
  readonly crc?: number
  readonly size?: number
  /** Place of the local header that the directory points to. */
  readonly at?: number
  /** Name in the directory, where it is not the local one. */
  readonly as?: string
}

/** An archive of any kind, damaged where the entries say so. */
export function zipOf(
  entries: readonly ArchiveEntry[],
  { deflate = false, descriptor = false, zip64 = false } = {},
): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const packed = deflate ? deflateRawSync(entry.data) : Buffer.from(entry.data)
    const size = entry.size ?? entry.data.length
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE((entry.flags ?? 0) | (descriptor ? 8 : 0), 6)
    local.writeUInt16LE(entry.method ?? (deflate ? 8 : 0), 8)
    const sums = Buffer.alloc(12)
    sums.writeUInt32LE(entry.crc ?? crc32(entry.data), 0)
    sums.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 4)
    sums.writeUInt32LE(zip64 ? 0xffffffff : size, 8)
    if (!descriptor) sums.copy(local, 14)
    local.writeUInt16LE(entry.name.length, 26)
    const extra = zip64 ? wideExtra(size, packed.length, entry.at ?? offset) : Buffer.alloc(0)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    local.copy(central, 8, 6, 14)
    sums.copy(central, 16)
    const listed = Buffer.from(entry.as ?? entry.name)
    central.writeUInt16LE(listed.length, 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt32LE(zip64 ? 0xffffffff : (entry.at ?? offset), 42)
    directory.push(central, listed, extra)
    const tail = descriptor ? Buffer.concat([Buffer.from("PK\x07\x08", "latin1"), sums]) : Buffer.alloc(0)
    const whole = Buffer.concat([local, Buffer.from(entry.name), packed, tail])
    parts.push(whole)
    offset += whole.length
  }
  const central = Buffer.concat(directory)
  return Buffer.concat([...parts, central, endOf(entries.length, central.length, offset, zip64)])
}

function wideExtra(size: number, packed: number, at: number): Buffer {
  const extra = Buffer.alloc(28)
  extra.writeUInt16LE(1, 0)
  extra.writeUInt16LE(24, 2)
  for (const [i, value] of [size, packed, at].entries()) extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i)
  return extra
}

function endOf(count: number, length: number, at: number, zip64: boolean): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(zip64 ? 0xffffffff : length, 12)
  end.writeUInt32LE(zip64 ? 0xffffffff : at, 16)
  if (!zip64) return end
  const record = Buffer.alloc(56)
  record.writeUInt32LE(0x06064b50, 0)
  for (const [i, value] of [count, count, length, at].entries())
    record.writeBigUInt64LE(BigInt(value), 24 + 8 * i)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(at + length), 8)
  return Buffer.concat([record, locator, end])
}
