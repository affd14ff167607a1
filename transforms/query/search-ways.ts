/**
 * The ways in which a text leads to orders. Each is a select of orders by key, and beside it what the same means for one row
 * of `search_orders`: a way to more orders than can be looked at one by one is walked there, the newest first.
 */
import type { QueryParams } from '#warehouse/warehouse.ts'
import { param } from './knex.ts'
import { isLetter, lineOf, nearPattern, numberOf, oneEditFrom, wordsOf } from './search-text.ts'

/** exact: it is the text; part: begins with it, or of a product's name contains it; approximate: but for one character. */
export type Precision = 'exact' | 'part' | 'approximate'

export type Way = {
  readonly precision: Precision
  /** What is compared with the text. */
  readonly by: 'number' | 'buyer_name' | 'product'
  /** A select of `order_id` and `kind`. */
  readonly orders: string
  /** A condition on `search_orders`. */
  readonly condition: string
}

/** One after the other: the next is asked when those before found too few. */
export type Ways = {
  readonly sure: readonly (readonly Way[])[]
  readonly guesses: readonly Way[]
  readonly params: QueryParams
}

const TEXTS = 'Array(String)'
/** Shorter ones begin half of everything. */
const SHORTEST_BEGINNING = 2
/** One character of fewer could be any other. */
const SHORTEST_GUESS = { word: 3, number: 5, line: 4, letters: 3 }
const MOST_LINE_WORDS = 6
/** Of longer ones there are too many that are nearly the same. */
const LONGEST_GUESS = 40

export function waysOf(text: string): Ways {
  const number = numberOf(text)
  const words = wordsOf(text)
  const line = lineOf(text)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, MOST_LINE_WORDS)
  const isLong = [...number].length >= SHORTEST_BEGINNING
  const parameters = createParameters()
  const asked = { number, words, line, put: parameters.put }
  return {
    sure: [
      [...wholeNumbers("kind = 'order_no'", asked), orderIds(text, parameters.put)],
      [
        ...wholeNumbers("kind not in ('order_no', 'buyer_name')", asked),
        ...wholeNames(asked),
        ...products('exact', asked),
      ],
      isLong ? [...beginnings(asked), ...beginningsOfNames(asked), ...products('part', asked)] : [],
    ],
    guesses: isLong ? [...nearNumbers(asked), ...nearNames(asked), ...products('approximate', asked)] : [],
    params: parameters.all,
  }
}

type Asked = {
  readonly number: string
  readonly words: readonly string[]
  readonly line: readonly string[]
  /** Notes a value down and returns how a statement names it. */
  put(type: string, value: unknown): string
}

function createParameters(): { all: Record<string, unknown>; put: Asked['put'] } {
  const all: Record<string, unknown> = {}
  return {
    all,
    put(type, value) {
      const name = `s${Object.keys(all).length}`
      all[name] = value
      return param(name, type)
    },
  }
}

const among = (orders: string): string => `order_hash in (select cityHash64(order_id) from (${orders}))`
/** First by word alone: what else is asked is read of the rows that have it. */
const selectKeys = (word: string, others: string): string =>
  `select order_id, kind from search_keys prewhere ${word} where ${others}`

function orderIds(text: string, put: Asked['put']): Way {
  const cases = [...new Set([text, text.toLowerCase(), text.toUpperCase()])]
  const orders = `select order_id, 'order_id' as kind from order_state where order_id in ${put(TEXTS, cases)}`
  return { precision: 'exact', by: 'number', orders, condition: among(orders) }
}

function wholeNumbers(kinds: string, { number, put }: Asked): Way[] {
  if (number === '') return []
  const orders = selectKeys(`word = ${put('String', number)}`, `rest = '' and ${kinds}`)
  return [{ precision: 'exact', by: 'number', orders, condition: among(orders) }]
}

const NUMBERS = "kind not in ('buyer_name', 'phone_tail')"

function beginnings({ number, put }: Asked): Way[] {
  if (number === '') return []
  const beginning = put('String', number)
  return [
    {
      precision: 'part',
      by: 'number',
      orders: selectKeys(`startsWith(word, ${beginning})`, NUMBERS),
      condition: `arrayExists(n -> startsWith(n, ${beginning}), numbers)`,
    },
  ]
}

/** Neighbours of a number are numbers of others, so what has no digit is no number. */
function nearNumbers({ number, put }: Asked): Way[] {
  if (number.length < SHORTEST_GUESS.number || number.length > LONGEST_GUESS || !/^[a-z\d]*\d[a-z\d]*$/.test(number))
    return []
  const orders = selectKeys(`word in ${put(TEXTS, oneEditFrom(number))}`, `rest = '' and ${NUMBERS}`)
  return [{ precision: 'approximate', by: 'number', orders, condition: among(orders) }]
}

const NAMES = "kind = 'buyer_name'"

/** Words that stand between spaces may be told in another order: a family name comes first here and last there. */
function wholeNames({ words, put }: Asked): Way[] {
  const [first] = words
  if (first === undefined) return []
  const turns = words.some(isLetter) ? [words.length] : words.map((_, at) => at + 1)
  const rests = turns.map((at) => `${words.slice(1, at).join(' ')}|${words.slice(at).join(' ')}`)
  const orders = selectKeys(`word = ${put('String', first)}`, `rest in ${put(TEXTS, rests)} and ${NAMES}`)
  return [{ precision: 'exact', by: 'buyer_name', orders, condition: among(orders) }]
}

/** The last word may be unfinished. */
function beginningsOfNames({ words, put }: Asked): Way[] {
  const [first, ...others] = words
  if (first === undefined) return []
  const begun = put('String', first)
  const orders =
    others.length === 0
      ? selectKeys(`startsWith(word, ${begun})`, NAMES)
      : selectKeys(`word = ${begun}`, `startsWith(rest, ${put('String', others.join(' '))}) and ${NAMES}`)
  return [
    {
      precision: 'part',
      by: 'buyer_name',
      orders,
      condition: `position(concat(' ', name), ${put('String', ` ${words.join(' ')}`)}) > 0`,
    },
  ]
}

type Key = { readonly word: string; readonly others: string }

/** Whichever word is wrong, the name stands under one that is not, or under what the wrong one may have been. Digits are of no name. */
function nearNames(asked: Asked): Way[] {
  const { words } = asked
  if (words.some((word) => /\d/.test(word))) return []
  const keys = words.flatMap((word, at) => (isLetter(word) ? nearLetter(asked, at) : nearWord(asked, word, at)))
  if (keys.length === 0) return []
  const any = (conditions: readonly string[]): string => `(${conditions.join(' or ')})`
  const orders = selectKeys(
    any(keys.map(({ word }) => word)),
    `${any(keys.map(({ word, others }) => `(${word} and ${others})`))} and ${NAMES}`,
  )
  return [{ precision: 'approximate', by: 'buyer_name', orders, condition: among(orders) }]
}

function nearWord({ words, put }: Asked, word: string, at: number): Key[] {
  const { length } = [...word]
  if (length < SHORTEST_GUESS.word || length > LONGEST_GUESS) return []
  const before = words.slice(0, at).join(' ')
  const after = words.slice(at + 1).join(' ')
  const ends = (text: string): string => `endsWith(rest, ${put('String', text)})`
  return [
    {
      word: `word in ${put(TEXTS, oneEditFrom(word))}`,
      others: `startsWith(rest, ${put('String', after)}) and ${before === '' ? 'true' : `(${ends(`|${before}`)} or ${ends(` ${before}`)})`}`,
    },
  ]
}

/** The whole name again, of a row of any rotation. */
const WHOLE_NAME = "replaceAll(concat(splitByChar('|', rest)[2], word, splitByChar('|', rest)[1]), ' ', '')"

function nearLetter({ words, put }: Asked, at: number): Key[] {
  if (words.length < SHORTEST_GUESS.letters) return []
  const key = (rotated: readonly string[], rest: string): Key => ({
    word: `word = ${put('String', rotated[0])}`,
    others: `startsWith(rest, ${put('String', rest)})`,
  })
  const before = words.slice(0, at)
  const after = words.slice(at + 1)
  const turned =
    after.length === 0
      ? key(before, before.slice(1).join(' '))
      : key(after, `${after.slice(1).join(' ')}|${before.join(' ')}`)
  const isNear = `editDistanceUTF8(${WHOLE_NAME}, ${put('String', words.join(''))}) <= 1`
  const near = { ...turned, others: `${turned.others} and ${isNear}` }
  const [next, ...others] = after
  if (next === undefined) return [near]
  const swapped = [...before, next, words[at] ?? '', ...others]
  return [near, key(swapped, `${swapped.slice(1).join(' ')}|`)]
}

function products(precision: Precision, { line, put }: Asked): Way[] {
  const condition = productCondition(precision, line, put)
  if (condition === null) return []
  const found = (column: string): string => `select ${column} from search_products where ${condition}`
  return [
    {
      precision,
      by: 'product',
      orders: `select order_id, 'product' as kind from product_lookup where name in (${found('name')})`,
      condition: `arrayExists(p -> p in (${found('cityHash64(name)')}), products)`,
    },
  ]
}

function productCondition(precision: Precision, line: readonly string[], put: Asked['put']): string | null {
  if (line.length === 0) return null
  if (precision === 'exact') return `text = ${put('String', line.join(' '))}`
  const whole = line.map((word) => `position(text, ${put('String', word)}) > 0`)
  if (precision === 'part') return whole.join(' and ')
  const guesses = line.flatMap((word, at) => {
    const shortest = isLetter(word) ? SHORTEST_GUESS.letters : SHORTEST_GUESS.line
    if ([...word].length < shortest) return []
    return [
      [...whole.slice(0, at), `match(text, ${put('String', nearPattern(word))})`, ...whole.slice(at + 1)].join(' and '),
    ]
  })
  return guesses.length === 0 ? null : `(${guesses.map((guess) => `(${guess})`).join(' or ')})`
}
