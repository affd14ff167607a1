import { expect, test } from 'vitest'
import { loadOidcConfig } from './config.ts'

const least = {
  API_PUBLIC_URL: 'https://lens.example',
  OIDC_ISSUER: 'https://sso.example',
  OIDC_CLIENT_ID: 'lens',
  OIDC_ROLES: 'a=agent',
}

test('without an issuer people sign in with passwords only', () => {
  expect(loadOidcConfig({ OIDC_ISSUER: '' })).toBeNull()
})

test('what must be said is little, and values of roles may be anything', () => {
  const cn = 'CN%3Dlens%20leads%2CDC%3Dshop=lead'
  expect(loadOidcConfig({ ...least, OIDC_ROLES: ` lens-admins=admin , ${cn}`, OIDC_REGIONS_CLAIM: 'area' })).toEqual({
    issuer: 'https://sso.example/',
    clientId: 'lens',
    clientSecret: null,
    name: null,
    scopes: 'openid profile email',
    rolesClaim: 'groups',
    roles: [
      { value: 'lens-admins', role: 'admin' },
      { value: 'CN=lens leads,DC=shop', role: 'lead' },
    ],
    defaultRole: null,
    scopeClaims: { channels: null, regions: 'area', shops: null, anomaly_types: null },
    passwords: 'everybody',
  })
})

test.each([
  [{ OIDC_ISSUER: 'http://sso.example' }, /OIDC_ISSUER: expected an https address/],
  [{ OIDC_ISSUER: 'sso' }, /OIDC_ISSUER: /],
  [{ OIDC_ISSUER: '' }, /OIDC_ISSUER: set it too; without it OIDC_CLIENT_ID, .* says nothing/],
  [{ OIDC_CLIENT_ID: '' }, /OIDC_CLIENT_ID: set it as well/],
  [{ OIDC_ROLES: '' }, /OIDC_ROLES: set it or OIDC_DEFAULT_ROLE/],
  [{ OIDC_ROLES: 'boss=owner' }, /OIDC_ROLES: expected value=role pairs, .* manager, agent/],
  [{ OIDC_ROLES: 'b%oss=agent' }, /OIDC_ROLES: expected/],
  [{ OIDC_ROLES: '', OIDC_DEFAULT_ROLE: 'admin' }, /OIDC_DEFAULT_ROLE: expected a role other than admin/],
  [{ OIDC_SCOPES: 'profile' }, /OIDC_SCOPES: expected openid/],
  [{ API_PUBLIC_URL: '' }, /API_PUBLIC_URL: set it as well/],
  [{ OIDC_PASSWORDS: 'admin' }, /API_ADMIN_EMAIL: set it as well/],
  [{ OIDC_PASSWORDS: 'nobody', OIDC_SCOPES: 'x' }, /OIDC_SCOPES: .*OIDC_PASSWORDS: /],
])('%j is refused by name, without its values', (wrong, message) => {
  const load = () => loadOidcConfig({ ...least, ...wrong, OIDC_CLIENT_SECRET: 'hunter2' })
  expect(load).toThrow(message)
  expect(load).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/hunter2|sso\.example|boss/) }))
})
