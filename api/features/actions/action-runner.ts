/** Runs relay, settlement and what was parked in the background: at once when something was asked or a tick finished, else every so often. */
import { type ParkedDeps, decideParkedOnce } from './decide-parked.ts'
import { forgetFacts } from './kept-facts.ts'
import type { SettlementDeps } from './settlement.ts'
import { settleOnce } from './settlement.ts'
import { type RelayDeps, relayOnce } from './relay.ts'

export type ActionRunner = {
  /** Something may be due: look now. */
  wake(): void
  start(): void
  /** Waits for the round in progress. What has not left stays in the outbox. */
  stop(): Promise<void>
}

const EVERY_MS = 1_000
const FORGET_EVERY_MS = 3_600_000

export function createActionRunner(deps: RelayDeps & SettlementDeps & ParkedDeps): ActionRunner {
  let timer: NodeJS.Timeout | null = null
  let round: Promise<void> | null = null
  let again = false
  let stopped = true
  let forgotAt = 0

  async function work(): Promise<void> {
    try {
      do {
        again = false
        const left = await relayOnce(deps)
        const settled = await settleOnce(deps)
        const decided = await decideParkedOnce(deps)
        // What left may be answered by now, and what was settled or decided is news that has to leave.
        if (left + settled + decided > 0) again = true
      } while (again && !stopped)
      await forget()
    } catch (error) {
      deps.log.warn({ err: error }, 'actions: round failed; the next one tries again')
    }
  }

  async function forget(): Promise<void> {
    const now = deps.now()
    if (now.getTime() - forgotAt < FORGET_EVERY_MS) return
    forgotAt = now.getTime()
    await forgetFacts(deps.knex, now)
  }

  function wake(): void {
    if (stopped) return
    again = true
    round ??= work().finally(() => {
      round = null
    })
  }

  return {
    wake,
    start() {
      stopped = false
      timer ??= setInterval(wake, EVERY_MS)
      wake()
    },
    async stop() {
      stopped = true
      if (timer !== null) clearInterval(timer)
      timer = null
      await round
    },
  }
}
