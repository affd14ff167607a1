import type { Migration } from '../migrate.ts'

export const signIn: Migration = {
  name: '006_sign_in',
  async up(trx) {
    await trx.raw(IDENTITIES)
    await trx.raw(ASKED)
    await trx.raw(RESETS)
  },
}

/** Who a person is elsewhere: the issuer and its own name for them, which is never given to somebody else. */
const IDENTITIES = `
create table identities (
  issuer text not null,
  subject text not null,
  person_id uuid not null unique references people (id) on delete cascade,
  made_at timestamptz not null,
  primary key (issuer, subject)
);
`

/** Who is at the issuer now; \`id_hash\` is of the secret in the browser's cookie. Taken once, then gone. */
const ASKED = `
create table sign_ins_asked (
  id_hash text primary key,
  state text not null,
  nonce text not null,
  verifier text not null,
  return_to text not null,
  session_hash text,
  expires_at timestamptz not null
);
create index sign_ins_asked_expiry on sign_ins_asked (expires_at);
`

const RESETS = `
alter table sign_in_attempts add column kind text not null default 'password' check (kind in ('password', 'reset'));
alter table password_links add column mail_id uuid;
`
