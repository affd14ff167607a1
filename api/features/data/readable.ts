/** Bytes of any kind as something a person can read: JSON laid out, text as it is, anything else as a dump. */
import type { RawMessage } from '../../contract/data.ts'
import { hidePersonal } from '#transforms/query/personal.ts'
import type { RawMessage as LandedMessage } from '#transforms/query/health-dead.ts'

const MOST_DUMPED = 4_096
const COLUMNS = 16

export function readable(message: LandedMessage, isHiding: boolean): RawMessage {
  const bytes = Buffer.from(message.value, 'base64')
  const truncated = message.value_bytes > bytes.length
  const sent = textOf(bytes, truncated)
  const shown = (text: string): string => (isHiding ? hidePersonal(text) : text)
  const text = sent === null ? null : shown(sent)
  const [headers, key] = [anyText(message.headers), anyText(message.key)]
  const json = text === null || truncated ? null : laidOut(text)
  return {
    ...message,
    headers: laidOut(shown(headers)) ?? shown(headers),
    key: shown(key),
    // In bytes that are no text nothing can be found, so that all of them are hidden.
    value: json ?? text ?? (isHiding ? '' : dump(bytes.subarray(0, MOST_DUMPED))),
    shown_as: json !== null ? 'json' : text !== null ? 'text' : 'bytes',
    is_hidden:
      isHiding &&
      (text === null ? bytes.length > 0 : text !== sent || shown(headers) !== headers || shown(key) !== key),
    truncated: truncated || (text === null && bytes.length > MOST_DUMPED),
  }
}

const anyText = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')

/** Null when the bytes are no text. A cut may fall inside a character, which is no fault of the message. */
function textOf(bytes: Buffer, truncated: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: truncated })
    // Control characters other than line breaks and tabs are not for a screen.
    return /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text) ? null : text // eslint-disable-line no-control-regex
  } catch {
    return null
  }
}

/** Numbers keep every digit: the text is indented, never parsed into values and written again. */
function laidOut(text: string): string | null {
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  let depth = 0
  let out = ''
  const line = (): string => `\n${'  '.repeat(depth)}`
  // Strings first, so that what stands inside one is left alone.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === '{' || token === '[') {
      depth += 1
      out += token + line()
    } else if (token === '}' || token === ']') {
      depth -= 1
      out = /[{[]\s*$/.test(out) ? out.trimEnd() + token : out + line() + token
    } else if (token === ',') out += token + line()
    else out += token === ':' ? ': ' : token
  }
  return out
}

function dump(bytes: Buffer): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += COLUMNS) {
    const part = bytes.subarray(at, at + COLUMNS)
    const hex = part.toString('hex').replace(/(..)/g, '$1 ')
    const text = part.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(COLUMNS * 3)} ${text}`)
  }
  return lines.join('\n')
}
