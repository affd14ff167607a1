/**
 * Slows down guessing without letting anyone lock somebody else out: guesses are counted per account and address
 * together, and per address over all accounts. The guess is counted before the password is looked at. Requests for a new
 * password are counted alike, apart from guesses.
 */
import type { Knex } from 'knex'

export const GUESSES_PER_ACCOUNT = 8
export const GUESSES_PER_ADDRESS = 60

type Limits = {
  readonly kind: 'password' | 'reset'
  readonly windowMs: number
  readonly perAccount: number
  readonly perAddress: number
}

const guesses: Limits = {
  kind: 'password',
  windowMs: 15 * 60_000,
  perAccount: GUESSES_PER_ACCOUNT,
  perAddress: GUESSES_PER_ADDRESS,
}
/** `perAccountAnywhere`: mails that one person gets, wherever they are asked for. */
export const resets = {
  kind: 'reset',
  windowMs: 3_600_000,
  perAccount: 3,
  perAddress: 20,
  perAccountAnywhere: 5,
} as const satisfies Limits & { perAccountAnywhere: number }

export type Throttle = ReturnType<typeof createThrottle>

export function createThrottle({ knex, now, limits = guesses }: { knex: Knex; now: () => Date; limits?: Limits }) {
  const { kind, windowMs, perAccount, perAddress } = limits
  const since = (at: Date) => new Date(at.getTime() - windowMs)
  return {
    /** Counts one guess. Returns the seconds to wait when it may not be made, else null. */
    async take(account: string, ip: string): Promise<number | null> {
      const at = now()
      return knex.transaction(async (trx) => {
        await trx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [ip])
        await trx('sign_in_attempts').where({ kind }).where('at', '<', since(at)).del()
        const ofAddress = await trx('sign_in_attempts').where({ kind, ip }).orderBy('at').select('account', 'at')
        const ofAccount = ofAddress.filter((attempt) => attempt.account === account)
        const full =
          ofAccount.length >= perAccount ? ofAccount[0] : ofAddress.length >= perAddress ? ofAddress[0] : undefined
        if (full !== undefined) return Math.max(1, Math.ceil((full.at.getTime() + windowMs - at.getTime()) / 1_000))
        await trx('sign_in_attempts').insert({ kind, account, ip, at })
        return null
      })
    },
    /** How often that was for one account, from all addresses. */
    async count(account: string): Promise<number> {
      const found = await knex('sign_in_attempts')
        .where({ kind, account })
        .where('at', '>=', since(now()))
        .count({ n: '*' })
      return Number(found[0]?.['n'] ?? 0)
    },
    /** A right password clears the guesses of that account from that address. */
    async clear(account: string, ip: string): Promise<void> {
      await knex('sign_in_attempts').where({ kind, account, ip }).del()
    },
  }
}
