/** Passwords at rest: argon2id at the settings OWASP names (19 MiB, two passes), about 50 ms each. */
import { type Algorithm, hash, verify } from '@node-rs/argon2'

// `Algorithm` is a const enum, which single-file compilation cannot inline.
const ARGON2ID = 2 as Algorithm.Argon2id
const settings = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export const hashPassword = (password: string) => hash(password.normalize('NFC'), settings)

/** False for a wrong password and for a hash that cannot be read. */
export async function isPassword(passwordHash: string, password: string): Promise<boolean> {
  try {
    return await verify(passwordHash, password.normalize('NFC'))
  } catch {
    return false // an unreadable hash lets nobody in
  }
}
