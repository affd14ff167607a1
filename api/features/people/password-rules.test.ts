import { expect, test } from 'vitest'
import { hashPassword, isPassword } from './password.ts'
import { requireGoodPassword } from './password-rules.ts'

const refusal = (password: string): string | null => {
  try {
    requireGoodPassword(password)
    return null
  } catch (error) {
    return (error as { reason: string }).reason
  }
}

test.each([
  ['seven characters', 'vbR7-kq', 'password_length'],
  ['eight characters', 'vbR7-kqe', null],
  ['128 characters', 'correct horse battery staple '.repeat(5).slice(0, 128), null],
  ['129 characters', 'correct horse battery staple '.repeat(5).slice(0, 129), 'password_length'],
  ['eight characters of two units each', '🐎🔋📎🧷🪡🧵🪢🧶', null],
  ['seven characters with their accents apart', 'e\u0301a\u0301o\u0301u\u0301i\u0301y\u0301n\u0303', 'password_length'],
  ['letters alone', 'kvetching ombudsman', null],
  ['a sentence in Chinese', '门前大桥下游过一群鸭', null],
  ['spaces at its ends', '  plum trombone  ', null],
])('%s', (_name, password, reason) => {
  expect(refusal(password)).toBe(reason)
})

test.each([
  'password',
  'Password1!',
  'P@ssw0rd2024',
  '12345678',
  '20261128',
  'aaaaaaaa',
  'abababab',
  'abcdefgh',
  'zyxwvuts',
  'qwertyuiop',
  'Qwerty123456',
  '1qaz2wsx3edc',
  'iloveyou2',
  'letmein!!',
  'admin@123',
  'woaini1314',
  'Summer2026!',
  'welcome-1234',
  'dragonmaster',
  'orderlens2026',
  'ｐａｓｓｗｏｒｄ',
])('%s is among the first that are tried', (password) => {
  expect(refusal(password)).toBe('password_common')
})

test('a password counts to its last character, whatever is in it', async () => {
  const long = `${'x'.repeat(72)}tail`
  const hash = await hashPassword(long)
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await isPassword(hash, long)).toBe(true)
  expect(await isPassword(hash, `${'x'.repeat(72)}tale`)).toBe(false)
  expect(await isPassword(await hashPassword('before\0after it'), 'before\0other!!!')).toBe(false)
  // One spelling: composed and decomposed letters are the same letters.
  expect(await isPassword(await hashPassword('caf\u00e9 au lait'), 'cafe\u0301 au lait')).toBe(true)
})
