/** Runs relay and settlement in the background: at once when something was asked or a tick finished, else every so often. */
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

export function createActionRunner(deps: RelayDeps & SettlementDeps): ActionRunner {
  let timer: NodeJS.Timeout | null = null
  let round: Promise<void> | null = null
  let again = false
  let stopped = true

  async function work(): Promise<void> {
    try {
      do {
        again = false
        const left = await relayOnce(deps)
        const settled = await settleOnce(deps)
        // What left may be answered by now, and what was settled is news that has to leave.
        if (left + settled > 0) again = true
      } while (again && !stopped)
    } catch (error) {
      deps.log.warn({ err: error }, 'actions: round failed; the next one tries again')
    }
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
