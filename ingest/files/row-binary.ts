/** RowBinary, the engine's own framing: a length as a varint, then the bytes; whole numbers little-endian. */
import { createReadStream } from 'node:fs'
import { FileError } from './errors.ts'

const CHUNK = 1 << 20

/** The texts of a file with one String per row, with the place in the file behind each. */
export async function* readTexts(
  path: string,
  longest: number,
): AsyncGenerator<{ value: Buffer; at: number; bytes: number }> {
  let rest: Buffer = Buffer.alloc(0)
  let at = 0
  let skip = 0
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
    let place = Math.min(skip, rest.length)
    skip -= place
    at += place
    for (;;) {
      const head = readLength(rest, place)
      if (head === null) break
      const end = head.next + head.length
      // What is too long is cut rather than gathered in memory.
      const until = head.length > longest ? Math.min(end, head.next + longest) : end
      if (until > rest.length) break
      const value = rest.subarray(head.next, until)
      const taken = Math.min(end, rest.length)
      skip = end - taken
      at += taken - place
      place = taken
      yield { value, at, bytes: head.length }
    }
    rest = rest.subarray(place)
  }
  if (rest.length > 0 || skip > 0)
    throw new FileError('FILE_DAMAGED', 'the unpacked rows end in the middle; the disk may be full')
}

function readLength(buffer: Buffer, at: number): { length: number; next: number } | null {
  let length = 0
  for (let n = 0; n < 6; n += 1) {
    const byte = buffer[at + n]
    if (byte === undefined) return null
    length += (byte & 0x7f) * 2 ** (7 * n)
    if (byte < 0x80) return { length, next: at + n + 1 }
  }
  throw new FileError('FILE_DAMAGED', 'the unpacked rows are not what the engine writes')
}

/** One row of `offset UInt64, headers String, value String`. */
export function encodeRow(offset: bigint, headers: string, value: Buffer): Buffer[] {
  const place = Buffer.alloc(8)
  place.writeBigUInt64LE(offset)
  const text = Buffer.from(headers)
  return [place, encodeLength(text.length), text, encodeLength(value.length), value]
}

function encodeLength(length: number): Buffer {
  const bytes: number[] = []
  for (let left = length; ; left = Math.floor(left / 128)) {
    if (left < 128) {
      bytes.push(left)
      return Buffer.from(bytes)
    }
    bytes.push(left % 128 | 0x80)
  }
}
