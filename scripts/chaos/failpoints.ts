/** Named points on a message's way at which an ingesting process kills itself, and the troubles that lead to the rarer ones. */
import type { DeriverStep } from '#ingest/derive/deriver.ts'
import type { LandingStep } from '#ingest/landing/lander.ts'
import type { KafkaStep } from '#ingest/sources/kafka-reader.ts'
import { WarehouseError } from '#warehouse/errors.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'

export type Point = KafkaStep | LandingStep | DeriverStep | 'auditing'

export const POINTS = [
  'joining',
  'fetched',
  'position-read',
  'before-insert',
  'inserting',
  'inserted',
  'verified',
  'deriving',
  'derived',
  'listed',
  'before-commit',
  'committed',
  'auditing',
  'paused',
  'stopping',
] as const satisfies readonly Point[]

export type Arms = {
  readonly point: Point
  /** The point is passed that often before it counts. */
  readonly count: number
  /** So long behind the point: into the insert, the derivation, the audit. */
  readonly delayMs: number
  /** The parent is told instead, and does what it likes. */
  readonly isOnlyTold?: boolean
}

export type Failpoints = {
  arm(arms: Arms): void
  readonly trace: (point: Point) => void
  /** A warehouse that loses the answer to an insert, or refuses one, when that is the way to the point. */
  troubled(warehouse: Warehouse): Warehouse
}

const die = (): void => void process.kill(process.pid, 'SIGKILL')

export function createFailpoints(tell: (point: Point) => void): Failpoints {
  let arms: Arms | null = null
  let passed = 0

  const trace = (point: Point): void => {
    if (point !== arms?.point) return
    passed += 1
    if (passed < arms.count) return
    const { delayMs, isOnlyTold } = arms
    arms = null
    if (isOnlyTold === true) tell(point)
    else if (delayMs === 0) die()
    else setTimeout(die, delayMs)
  }

  return {
    trace,
    arm(next) {
      arms = next
      passed = 0
    },
    troubled: (warehouse) => ({
      ...warehouse,
      async insertArrow(...args) {
        // Only a refusal for good makes a source pause; the landing waits for all others by itself.
        if (arms?.point === 'paused') throw new WarehouseError('STATEMENT_REFUSED', 'chaos: refused')
        await warehouse.insertArrow(...args)
        if (arms?.point === 'verified')
          throw new WarehouseError('UNREACHABLE', 'chaos: the answer is lost', { retryable: true })
      },
    }),
  }
}
