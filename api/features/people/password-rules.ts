/** What a new password must be: long enough and not endless. What it is made of is its owner's business. */
import { ApiError } from '../../errors.ts'

const SHORTEST = 8
const LONGEST = 128

export function requireGoodPassword(password: string): void {
  const characters = [...password.normalize('NFC')].length
  if (characters >= SHORTEST && characters <= LONGEST) return
  throw new ApiError(
    'invalid_input',
    `a password has ${SHORTEST} to ${LONGEST} characters; this one has ${characters}`,
    { reason: 'password_length', parts: { shortest: SHORTEST, longest: LONGEST, came: characters } },
  )
}
