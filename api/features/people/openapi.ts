import type { Operations } from '../../openapi/operation.ts'

const id = '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771'
const person = {
  id,
  email: 'mei@example.com',
  name: '梅 Mei',
  role: 'agent',
  scope: { channels: ['tmall'], regions: 'all', shops: 'all', anomaly_types: 'all' },
  money_limit: 20_000,
  money_limit_day: 100_000,
  money_limit_customer: null,
  is_demo: false,
  disabled_at: null,
  created_at: '2026-01-12T01:00:00.000Z',
  has_password: false,
  seen_at: null,
  provider: null,
  mail_waiting: false,
}
const link = { path: '/password#pX3S0mWbq6QkqZrYyq1cYwS8H2J0m4kqv3c0Q6mXyVQ', expires_at: '2026-01-12T02:00:00.000Z' }
const parameters = { person_id: { example: id } }

export const peopleOperations = {
  'GET /api/people': {
    id: 'listPeople',
    tag: 'people',
    summary: 'Everybody, disabled ones included',
    answer: { people: [person] },
  },
  'POST /api/people': {
    id: 'addPerson',
    tag: 'people',
    summary: 'Adds a person, and makes the link by which they set their password',
    body: {
      email: 'mei@example.com',
      name: '梅 Mei',
      role: 'agent',
      scope: { channels: ['tmall'], regions: 'all' },
      money_limit: 20_000,
      money_limit_day: 100_000,
    },
    answer: { person, link },
    refuses: ['conflict'],
  },
  'PATCH /api/people/:person_id': {
    id: 'changePerson',
    tag: 'people',
    summary: 'Changes what is named, and ends the sessions of that person',
    parameters,
    body: { disabled: true },
    answer: { ...person, disabled_at: '2026-01-13T01:00:00.000Z' },
    refuses: ['not_found', 'conflict'],
  },
  'POST /api/people/:person_id/link': {
    id: 'makePasswordLink',
    tag: 'people',
    summary: 'Makes a new link to set a password; older ones are void',
    parameters,
    answer: { person, link },
    refuses: ['not_found', 'conflict'],
  },
  'GET /api/people/:person_id/mail': {
    id: 'openResetMail',
    tag: 'people',
    summary: 'The mail with their link for a new password, where mails become files',
    description: 'There is one while the link in it is good. Opening it is in the audit.',
    parameters,
    files: { 'message/rfc822': { description: 'The whole message.' } },
    answerHeaders: { 'content-disposition': { description: 'attachment, with a name for the file' } },
    refuses: ['not_found'],
  },
  'POST /api/session/reset': {
    id: 'askForPassword',
    tag: 'session',
    summary: 'Asks for a mail with a link to set a new password',
    description:
      'The answer is the same, and as quick, whether there is such a person or not. Requests are throttled per address and per person.',
    body: { email: 'mei@example.com', language: 'en' },
    refuses: ['unavailable'],
  },
  'POST /api/session/password': {
    id: 'setPassword',
    tag: 'session',
    summary: 'Sets a password by such a link, once',
    body: { token: 'pX3S0mWbq6QkqZrYyq1cYwS8H2J0m4kqv3c0Q6mXyVQ', password: 'correct horse battery' },
    refuses: ['not_found', 'unavailable'],
  },
} as const satisfies Operations
