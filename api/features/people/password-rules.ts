/** What a new password must be: long enough, not endless, and none of those tried first. What it is made of is its owner's business. */
import { ApiError } from '../../errors.ts'
import { isCommonPassword } from './common-passwords.ts'

const SHORTEST = 8
const LONGEST = 128

export function requireGoodPassword(password: string): void {
  const characters = [...password.normalize('NFC')].length
  if (characters < SHORTEST || characters > LONGEST)
    throw new ApiError(
      'invalid_input',
      `a password has ${SHORTEST} to ${LONGEST} characters; this one has ${characters}`,
      { reason: 'password_length', parts: { shortest: SHORTEST, longest: LONGEST, came: characters } },
    )
  if (isCommonPassword(password))
    throw new ApiError('invalid_input', 'this password is among the first that are tried; take another one', {
      reason: 'password_common',
    })
}
