import type { Operations } from '../../openapi/operation.ts'
import { demoCards } from '../people/demo.ts'

const session = {
  person: {
    id: '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771',
    email: 'agent.zhejiang@demo.orderlens',
    name: '周琪 Zhou Qi',
    role: 'agent',
    scope: { channels: 'all', regions: ['浙江'], shops: 'all', anomaly_types: 'all' },
    money_limit: 20_000,
    money_limit_day: null,
    money_limit_customer: null,
  },
  csrf_token: 'pX3S0mWbq6QkqZrYyq1cYwS8H2J0m4kqv3c0Q6mXyVQ',
}

export const sessionOperations = {
  'GET /api/session': {
    id: 'getSession',
    tag: 'session',
    summary: 'Who is signed in, and the CSRF token of the session',
    answer: session,
  },
  'POST /api/session': {
    id: 'signIn',
    tag: 'session',
    summary: 'Signs in with e-mail and password',
    description: 'Sets the session cookie. Attempts are throttled per address and per person.',
    body: { email: 'agent.zhejiang@demo.orderlens', password: 'only-one-region' },
    answer: session,
    answerHeaders: { 'set-cookie': { description: 'The session: HttpOnly, SameSite=Strict.' } },
    refuses: ['sign_in_failed', 'unavailable'],
  },
  'DELETE /api/session': {
    id: 'signOut',
    tag: 'session',
    summary: 'Signs out; the session ends everywhere it is used',
  },
  'GET /api/session/ways': {
    id: 'listSignInWays',
    tag: 'session',
    summary: 'How people sign in here',
    description:
      'With a password, at the issuer of OpenID Connect where there is one; and where mails about forgotten passwords go.',
    answer: { provider: { name: 'Example SSO' }, passwords: 'everybody', mail: 'smtp' },
  },
  'GET /api/session/oidc/start': {
    id: 'signInElsewhere',
    tag: 'session',
    summary: 'Sends a browser to the issuer of OpenID Connect',
    description:
      'For browsers: by the authorization code with PKCE. `next` is an address within the portal to come back to; any other counts as none. `not_found` where no issuer is configured.',
    parameters: { next: { example: '/queue?view=escalated' } },
    refuses: ['not_found', 'unavailable'],
  },
  'GET /api/session/oidc/callback': {
    id: 'comeBackFromElsewhere',
    tag: 'session',
    summary: 'Where the issuer of OpenID Connect sends browsers back to',
    description:
      'Signs in and leads into the portal, or to the sign-in page with a `problem`: `unreachable`, `lapsed`, `denied`, `failed`, `no_email`, `no_role`, `account_exists` or `disabled`. What the issuer says beyond the described parameters is ignored.',
    refuses: ['not_found', 'unavailable'],
  },
  'GET /api/session/oidc/out': {
    id: 'signOutElsewhere',
    tag: 'session',
    summary: 'Sends a browser to the issuer of OpenID Connect to sign out there',
    description:
      'For browsers, after signing out here; leads back to the sign-in page, with the `problem` `no_sign_out` where the issuer has no such thing.',
    refuses: ['not_found'],
  },
  'GET /api/session/demo': {
    id: 'listDemoPeople',
    tag: 'session',
    summary: 'The demo people of an embedded installation; none anywhere else',
    answer: demoCards(),
  },
} as const satisfies Operations
