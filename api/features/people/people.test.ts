import { expect, test } from 'vitest'
import { canonicalEmail } from './people.ts'

test.each([
  ['full-width letters', 'ａｎａ＠ｓｈｏｐ．example'],
  ['letters and accents apart', 'ana@shop.example'.normalize('NFD')],
  ['other case and spaces around', '  Ana@SHOP.Example\t'],
  ['ligatures and mathematical letters', '𝐚𝐧𝐚@𝑠hop.example'],
])('look-alikes of an address are that address: %s', (_name, written) => {
  expect(canonicalEmail(written)).toBe('ana@shop.example')
})

test('letters of another alphabet are other letters', () => {
  expect(canonicalEmail('\u0430na@shop.example')).not.toBe('ana@shop.example')
})
