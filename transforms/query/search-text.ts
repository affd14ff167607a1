/** What somebody types, as `transforms/macros/search.sql` has the texts it is compared with, and what they may have meant. */

const LONGEST = 128
const WORDS =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}\p{M}\p{N}]+|\p{L}/gu
const MOST_WORDS = 8

function foldedOf(text: string): string {
  const small = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
  // A sigma is written otherwise where a word ends, which an unfinished one does too early.
  return small.replaceAll('ς', 'σ').normalize('NFKC')
}

/** Half of a character that takes two places is none. */
const wellFormed = (text: string): string => Buffer.from(text).toString()

const cut = (text: string): string => [...wellFormed(text)].slice(0, LONGEST).join('')

export const numberOf = (text: string): string => foldedOf(cut(text)).replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Of a name: letters of scripts without spaces are words of their own. */
export const wordsOf = (text: string): string[] => (foldedOf(cut(text)).match(WORDS) ?? []).slice(0, MOST_WORDS)

/** Of a line of text: what stands between spaces or signs. */
export const lineOf = (text: string): string =>
  foldedOf(wellFormed(text))
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()

/** Whether it is a word of its own because its script has no spaces. */
export const isLetter = (word: string): boolean =>
  !/^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thai}\p{Script=Devanagari}\p{M}\p{N}]/u.test(
    word,
  )

const DIGITS = '0123456789'
const ALPHABETS: readonly (readonly [RegExp, string])[] = [
  [/\d/, DIGITS],
  [/[a-z]/, 'abcdefghijklmnopqrstuvwxyz'],
  [/\p{Script=Cyrillic}/u, 'абвгдежзиклмнопрстуфхцчшщъыьэюя'],
  [/\p{Script=Greek}/u, 'αβγδεζηθικλμνξοπρστυφχψω'],
]
/** What a machine made up is mostly written with these, but for a few letters that stand before it. */
const HEXADECIMAL = '0123456789abcdef'
const SHORTEST_MADE = 12
const PREFIX = 4

/** Every word from which one wrong, missing, extra or swapped character makes this one, in the alphabets it is written in; among digits only digits. */
export function oneEditFrom(word: string): string[] {
  const letters = [...word]
  const all = ALPHABETS.filter(([script]) => script.test(word)).map(([, alphabet]) => alphabet)
  const strange = letters.slice(PREFIX).filter((letter) => !/[\da-f]/.test(letter)).length
  const isMade = letters.length >= SHORTEST_MADE && strange <= 1 && /[a-f]/.test(word.slice(PREFIX))
  const alphabetAt = (at: number): string => {
    if (isMade && at > PREFIX) return HEXADECIMAL
    const around = letters.slice(Math.max(0, at - 1), at + 2)
    return around.every((letter) => /\d/.test(letter)) ? DIGITS : all.join('')
  }
  const found = new Set<string>()
  for (let at = 0; at <= letters.length; at += 1) {
    const before = letters.slice(0, at).join('')
    const [one = '', other = '', ...after] = letters.slice(at)
    const rest = after.join('')
    if (one !== '') found.add(before + other + rest)
    if (other !== '') found.add(before + other + one + rest)
    for (const letter of alphabetAt(at)) {
      found.add(before + letter + one + other + rest)
      if (one !== '') found.add(before + letter + other + rest)
    }
  }
  found.delete(word)
  found.delete('')
  return [...found]
}

const MOST_OF_PATTERN = 32

/** The same as a regular expression, for texts of which it may be a part. */
export function nearPattern(word: string): string {
  // What is left of a folded word has no meaning in an expression.
  const letters = [...word].slice(0, MOST_OF_PATTERN)
  const found = new Set<string>()
  for (let at = 0; at < letters.length; at += 1) {
    const before = letters.slice(0, at).join('')
    const [one = '', other = '', ...after] = letters.slice(at)
    const rest = after.join('')
    found.add(before + other + rest)
    found.add(`${before}.${other}${rest}`)
    if (at > 0) found.add(`${before}.${one}${other}${rest}`)
    if (other !== '') found.add(before + other + one + rest)
  }
  return [...found].join('|')
}
