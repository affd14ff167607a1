/**
 * Personal data in text, made unreadable: phone numbers, addresses and e-mail addresses. Landed messages are of any format
 * and may be cut or damaged, so that the text is never parsed: what stands behind a telling name is hidden, and what looks like
 * an e-mail address or a phone number is hidden wherever it stands. Every pattern is linear in the length of the text.
 */

const HIDDEN = '•••'

const PHONE = /phone|mobile|telephone|^(tel|cell|fax|msisdn)$|(^|_)tel(_|$)/i
const EMAIL = /e-?mail/i
const ADDRESS =
  /^(address|addr|address_?line_?\d?|address\d|line\d|street\w*|house_?number\w*|post_?code|postal_?code|zip|zip_?code|detail_?address|ship_?to|latitude|longitude)$|(^|_)(street|address_line)/i
const NETWORK = /(^|_)ip(_?address)?$|^(shopper|client|browser|customer)_?ip$/i
/** The last digits, which people name to be found, and names that only speak of one. */
const HARMLESS = /_tail$|_(id|count|type|verified|status|policy)$/i

/** One member of an object: its name, and its value if that is a text or a number. */
const MEMBER = /"([^"\\]{1,64})"(\s*:\s*)(?:"((?:[^"\\]|\\[\s\S])*)("|$)|(-?\d[\d.]*(?:[eE][+-]?\d+)?))/g
const FORM_FIELD = /(^|[?&])([\w.[\]-]{1,64})=([^&\s"]+)/g
const EMAIL_TEXT = /([\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{0,63}@([\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+)/gu
const EMAIL_VALUE = /^[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+$/u
/** International numbers, and mobile numbers as they are written in China. */
const PHONE_TEXT = /(?<![\w.])(?:\+\d[\d ()-]{6,18}\d|1[3-9]\d{9})(?![\w.]\d|\d)/g

/** A text or a number of JSON; numbers stand outside of texts. */
const JSON_TOKEN = /"(?:[^"\\]|\\[\s\S])*(?:"|$)|(?<![\w.+-])1[3-9]\d{9}(?![\w.])/g

/** `+8613812345678` → `•••5678`: the tail that a customer may name stays. */
const tailOf = (value: string): string => {
  const digits = value.replaceAll(/\D/g, '')
  return digits.length > 6 ? `${HIDDEN}${digits.slice(-4)}` : HIDDEN
}

const freeText = (text: string): string =>
  text.replaceAll(EMAIL_TEXT, `$1${HIDDEN}@$2`).replaceAll(PHONE_TEXT, (number) => tailOf(number))

function hiddenBehind(name: string, value: string): string | null {
  if (value === '' || HARMLESS.test(name)) return null
  if (PHONE.test(name)) return tailOf(value)
  if (EMAIL.test(name)) return EMAIL_VALUE.test(value) ? freeText(value) : HIDDEN
  return ADDRESS.test(name) || NETWORK.test(name) ? HIDDEN : null
}

/** The text with what is personal in it hidden; JSON stays JSON. */
export function hidePersonal(text: string): string {
  const members = text.replaceAll(
    MEMBER,
    (whole, name: string, between: string, value: string | undefined, end: string | undefined, number = '') => {
      const hidden = hiddenBehind(name, value ?? number)
      if (hidden === null) return whole
      return `"${name}"${between}"${hidden}${end ?? '"'}`
    },
  )
  const fields = /^\s*[{[]/.test(text)
    ? members.replaceAll(JSON_TOKEN, (token) => (token.startsWith('"') ? token : `"${tailOf(token)}"`))
    : members.replaceAll(FORM_FIELD, (whole, before: string, name: string, value: string) => {
        const hidden = hiddenBehind(name, decoded(value))
        return hidden === null ? whole : `${before}${name}=${hidden}`
      })
  return freeText(fields)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** What people write, and what was changed into what. */
const WRITTEN = new Set(['message', 'reason', 'location'])
const CHANGED = new Set(['before', 'after'])

/** Fields of an event with what is personal in them hidden; what changed is hidden whole where it changed an address or the like. */
export function hidePersonalFields<F extends { readonly name: string; readonly value: string }>(
  fields: readonly F[],
): F[] {
  const target = fields.find(({ name }) => name === 'target')?.value ?? ''
  const isPersonal = /address|phone|mobile|mail/i.test(target)
  return fields.map((field) => {
    if (CHANGED.has(field.name) && isPersonal) return { ...field, value: HIDDEN }
    const isText = WRITTEN.has(field.name) || CHANGED.has(field.name)
    return isText ? { ...field, value: hidePersonal(field.value) } : field
  })
}
