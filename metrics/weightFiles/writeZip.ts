import { crc32 } from "node:zlib"

/**
 * Writes a zip archive of stored entries, the form of numpy.savez. Equal entries give equal bytes: every entry is dated
 * 1980-01-01.
 *
 * @throws RangeError when the archive would need zip64 (4 GiB, or 65,535 entries)
 */
export function encodeZip(entries: ReadonlyMap<string, Uint8Array>): Buffer {
  const locals: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  for (const [name, bytes] of entries) {
    const text = Buffer.from(name, "utf8")
    const about = Buffer.alloc(26)
    about.writeUInt16LE(20, 0) // version needed: 2.0
    about.writeUInt16LE(0x800, 2) // the name is UTF-8
    about.writeUInt16LE(0x21, 8) // 1980-01-01
    about.writeUInt32LE(crc32(bytes), 10)
    requireZip32(at + bytes.byteLength)
    about.writeUInt32LE(bytes.byteLength, 14)
    about.writeUInt32LE(bytes.byteLength, 18)
    about.writeUInt16LE(text.length, 22)
    locals.push(Buffer.from("PK\x03\x04", "latin1"), about, text, bytes)
    const place = Buffer.alloc(14)
    place.writeUInt32LE(at, 10)
    directory.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), about, place, text)
    at += 30 + text.length + bytes.byteLength
  }
  const central = Buffer.concat(directory)
  requireZip32(at + central.length)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(entries.size, 8)
  end.writeUInt16LE(entries.size, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, central, end])
}

function requireZip32(bytes: number): void {
  if (bytes >= 0xffffffff) {
    throw new RangeError(`Expected an archive below 4 GiB but it has ${bytes} bytes; write several files.`)
  }
}
