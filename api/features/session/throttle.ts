/**
 * Slows down guessing without letting anyone lock somebody else out: guesses are counted per account and address
 * together, and per address over all accounts. The guess is counted before the password is looked at.
 */
import type { Knex } from 'knex'

const WINDOW_MS = 15 * 60_000
export const GUESSES_PER_ACCOUNT = 8
export const GUESSES_PER_ADDRESS = 60

export type Throttle = ReturnType<typeof createThrottle>

export function createThrottle({ knex, now }: { knex: Knex; now: () => Date }) {
  return {
    /** Counts one guess. Returns the seconds to wait when it may not be made, else null. */
    async take(account: string, ip: string): Promise<number | null> {
      const at = now()
      const since = new Date(at.getTime() - WINDOW_MS)
      return knex.transaction(async (trx) => {
        await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [ip])
        await trx('sign_in_attempts').where('at', '<', since).del()
        const ofAddress = await trx('sign_in_attempts').where({ ip }).orderBy('at').select('account', 'at')
        const ofAccount = ofAddress.filter((attempt) => attempt.account === account)
        const full =
          ofAccount.length >= GUESSES_PER_ACCOUNT
            ? ofAccount[0]
            : ofAddress.length >= GUESSES_PER_ADDRESS
              ? ofAddress[0]
              : undefined
        if (full !== undefined) return Math.max(1, Math.ceil((full.at.getTime() + WINDOW_MS - at.getTime()) / 1_000))
        await trx('sign_in_attempts').insert({ account, ip, at })
        return null
      })
    },
    /** A right password clears the guesses of that account from that address. */
    async clear(account: string, ip: string): Promise<void> {
      await knex('sign_in_attempts').where({ account, ip }).del()
    },
  }
}
