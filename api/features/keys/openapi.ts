import type { Operations } from '../../openapi/operation.ts'

const key = {
  id: '3f9a0c71b2d4',
  prefix: 'olk_3f9a0c71b2d4',
  name: 'Nightly numbers',
  person_id: '5b0e7a52-2f0d-4a3e-9d55-0f2a4c9be771',
  person_name: '梅 Mei',
  permissions: ['orders.read', 'orders.export'],
  scope: { channels: ['tmall'], regions: 'all', shops: 'all', anomaly_types: 'all' },
  state: 'active',
  created_at: '2026-01-12T01:00:00.000Z',
  expires_at: '2026-04-12T01:00:00.000Z',
  revoked_at: null,
  used_at: null,
  used_from: null,
}

export const keyOperations = {
  'GET /api/keys': {
    id: 'listKeys',
    tag: 'keys',
    summary: 'Your keys, the newest first; those of everybody for who manages people',
    answer: { keys: [key] },
  },
  'POST /api/keys': {
    id: 'makeKey',
    tag: 'keys',
    summary: 'Makes a key, and tells its secret, which is never told again',
    description:
      'It may do and see no more than you, now and later. It lasts 90 days unless `expires_at` says otherwise, 366 at most.',
    body: {
      name: 'Nightly numbers',
      permissions: ['orders.read', 'orders.export'],
      scope: { channels: ['tmall'], regions: 'all' },
    },
    answer: { key, secret: 'olk_3f9a0c71b2d4_pX3S0mWbq6QkqZrYyq1cYwS8H2J0m4kqv3c0Q6mXyVQ' },
    refuses: ['conflict'],
  },
  'DELETE /api/keys/:key_id': {
    id: 'revokeKey',
    tag: 'keys',
    summary: 'Revokes a key: it is refused from the next request on, and streams it opened end within seconds',
    parameters: { key_id: { example: '3f9a0c71b2d4' } },
    refuses: ['not_found'],
  },
} as const satisfies Operations
