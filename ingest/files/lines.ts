/** Lines of a text file as they are, without their ends. */
import { createReadStream } from 'node:fs'

const LF = 0x0a
const CR = 0x0d
const CHUNK = 1 << 20

export type Line = {
  readonly value: Buffer
  /** Bytes of the file up to and with this line. */
  readonly at: number
  /** Bytes of the line, more than `value` has when it was too long. */
  readonly bytes: number
  readonly line: number
}

/** Blank lines are passed over. Of a line longer than `longest` only its beginning is kept. */
export async function* readLines(path: string, longest: number): AsyncGenerator<Line> {
  let parts: Buffer[] = []
  let kept = 0
  let bytes = 0
  let at = 0
  let line = 1
  const take = (part: Buffer): void => {
    bytes += part.length
    const room = longest - kept
    if (room <= 0 || part.length === 0) return
    const piece = part.length > room ? part.subarray(0, room) : part
    parts.push(piece)
    kept += piece.length
  }
  const finish = (): Line | null => {
    const whole = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts)
    const value = whole.at(-1) === CR ? whole.subarray(0, -1) : whole
    const found = { value, at, bytes, line }
    parts = []
    kept = 0
    bytes = 0
    line += 1
    return isBlank(value) ? null : found
  }
  for await (const read of createReadStream(path, { highWaterMark: CHUNK })) {
    const chunk = read as Buffer
    let start = 0
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      take(chunk.subarray(start, end))
      at += end + 1 - start
      start = end + 1
      const found = finish()
      if (found !== null) yield found
    }
    take(chunk.subarray(start))
    at += chunk.length - start
  }
  const last = finish()
  if (last !== null) yield last
}

function isBlank(value: Buffer): boolean {
  for (const byte of value) if (byte !== 0x20 && byte !== 0x09 && byte !== CR) return false
  return true
}
