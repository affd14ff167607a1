import { expect, test } from 'vitest'
import { isPartial, readClaims } from './claims.ts'

const settings = {
  rolesClaim: 'realm.roles',
  roles: [
    { value: 'leads', role: 'lead' },
    { value: 'staff', role: 'agent' },
  ],
  defaultRole: null,
  scopeClaims: { channels: null, regions: 'area', shops: 'https://lens.example/shops', anomaly_types: null },
} as const
const told = { iss: 'https://sso.example', sub: '1', email: ' A.B@shop.example ', realm: { roles: ['staff', 'leads'] } }
const read = (claims: object, over: object = {}) => readClaims({ ...settings, ...over }, { ...told, ...claims })

test('the first role in the settings that somebody has is theirs', () => {
  expect(read({ area: '浙江', 'https://lens.example/shops': ['*', 'x'] })).toEqual({
    kind: 'granted',
    granted: {
      issuer: 'https://sso.example/',
      subject: '1',
      email: 'A.B@shop.example',
      name: 'A.B@shop.example',
      role: 'lead',
      scope: { regions: ['浙江'], shops: 'all' },
    },
  })
})

test.each([
  [{ area: undefined }, []],
  [{ area: [] }, []],
  [{ area: [1, null, {}, '', 'a\0'] }, []],
  [{ area: { '*': true } }, []],
  [{ area: 'all' }, ['all']],
  [{ area: ['*'] }, 'all'],
])('a claim that says nothing of rows shows none: %j', (claims, regions) => {
  expect(read(claims)).toMatchObject({ granted: { scope: { regions } } })
})

test.each([
  [{ realm: undefined }, 'no_role'],
  [{ realm: 'leads' }, 'no_role'],
  [{ realm: { roles: ['lead', 'LEADS', { leads: true }] } }, 'no_role'],
  [{ 'realm.roles': [] }, 'no_role'],
  [{ email: ['a@b.example'] }, 'no_email'],
  [{ email: 'a@b.example\nBcc: c@d.example' }, 'no_email'],
  [{ email_verified: false }, 'no_email'],
  [{ email_verified: 'false' }, 'no_email'],
  [{ sub: 'x'.repeat(256) }, 'failed'],
  [{ sub: 'a\0' }, 'failed'],
  [{ sub: 1 }, 'failed'],
])('%j is refused as %s', (claims, problem) => {
  expect(read(claims)).toEqual({ kind: 'refused', problem })
})

test('who has none of the roles has the default one', () => {
  expect(read({ realm: {} }, { defaultRole: 'manager' })).toMatchObject({ granted: { role: 'manager' } })
})

test('a name is one line of what is told', () => {
  expect(read({ name: ' Mei\r\n\u0007Li ' })).toMatchObject({ granted: { name: 'Mei Li' } })
  expect(read({ name: 7, preferred_username: 'mei' })).toMatchObject({ granted: { name: 'mei' } })
})

test('the issuer is asked further only where something that decides is missing', () => {
  const whole = { ...told, area: '*', 'https://lens.example/shops': '*' }
  expect(isPartial(settings, whole)).toBe(false)
  expect(isPartial(settings, { ...whole, area: undefined })).toBe(true)
  expect(isPartial(settings, { ...whole, realm: {} })).toBe(true)
  expect(isPartial({ ...settings, roles: [] }, { ...whole, realm: {} })).toBe(false)
})
