/** How deep a JSON text nests, told from its bytes without building anything. */

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Brackets inside strings do not count. For text that is not JSON the answer is some answer, never a failure. */
export function deeperThan(bytes: Buffer, most: number): boolean {
  let depth = 0
  let inString = false
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number // safe because `at` is below the length
    if (inString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) inString = false
    } else if (byte === QUOTE) inString = true
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1
      if (depth > most) return true
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1
  }
  return false
}
