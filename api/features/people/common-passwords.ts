/**
 * What guessers try first is a word that everybody knows, dressed up a little: `Password1!`, `qwerty2024`, `woaini1314`.
 * So the words are listed, and a password that is no more than one or two of them with digits and signs around is refused.
 */
const WORDS = new Set(
  `abc abcd abcde abcdef admin administrator alexander alibaba andrea andrew angel anthony apple asdf asdfg asdfgh asdfghjkl
  ashley azerty baby babygirl bailey banana baseball basketball batman beijing biteme buster butterfly changeit changeme
  charlie cheese chelsea china chocolate computer cookie corvette cowboys dallas daniel default demo diamond dragon
  dubsmash eagles elephant enter fashion ferrari flower football freedom friends ginger google guest hannah harley hello
  hockey house hunter iloveu iloveyou install internet jasmine jennifer jessica jesus jordan joshua justin killer kobe
  lakers letmein lifehack login london loveme lovely maggie manager master matrix matthew mercedes merlin michael michelle
  midnight monkey mustang mynoob naruto nicole ninja nothing oracle orange orderlens orders pass passwd password passw
  patrick peanut pepper phoenix photoshop pokemon princess purple qazwsx qazwsxedc qwer qwert qwerty qwertyui qwertyuiop
  rainbow ranger root samsung scooter secret secure service shadow shanghai shopify silver slipknot soccer solo sophie
  starwars startrek steelers summer sunshine superman support taobao taylor temp tencent test tester testing thomas thunder
  tigger tmall trustno user username welcome whatever william winter wizard woaini xiaoming yankees zaq zaqxsw zxcv zxcvb
  zxcvbn zxcvbnm spring autumn monday friday january february march april june july august september october november
  december love you me my the is a i one two three in it go new old big red blue green black white happy`.split(/\s+/),
)
const AS_LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}
const ROWS = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '1qaz2wsx3edc4rfv']
const DATE_OR_PHONE = /^[\d\s+./-]{0,14}$/
/** Of letters that are left over beside the words; who adds more has thought of something. */
const MOST_REST = 2

export function isCommonPassword(password: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase()
  if (new Set(plain).size <= 3 || isRun(plain) || DATE_OR_PHONE.test(plain)) return true
  const spoken = [...plain].map((char) => AS_LETTERS[char] ?? char).join('')
  return [plain, spoken].some((text) => isDressedUp(text.replaceAll(/[^\p{L}]+/gu, ' ').trim()))
}

/** One or two of the words, alone or beside digits and signs. */
function isDressedUp(letters: string): boolean {
  const parts = letters.split(' ')
  const rest = parts.filter((part) => !WORDS.has(part) && !isTwoWords(part) && !isRun(part))
  return rest.length < parts.length && parts.length <= 3 && rest.join('').length <= MOST_REST
}

function isTwoWords(text: string): boolean {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => at + 1).some(
    (at) => WORDS.has(text.slice(0, at)) && WORDS.has(text.slice(at)),
  )
}

/** Keys beside one another, there or back, and the same again. */
function isRun(text: string): boolean {
  const back = [...text].reverse().join('')
  return ROWS.some((row) => [text, back].some((one) => one.length > 2 && row.repeat(3).includes(one)))
}
