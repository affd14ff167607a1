/** Sources that are silent, and what waits for them: for everybody who could mistake a paused rule for good news. */
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type RowRead, compileRows } from './compile-rows.ts'
import { toRow } from './entity-row.ts'
import { param } from './knex.ts'
import { ROW_SCOPE } from './orders.ts'
import { scopeParameters, usedParameters } from './parameters.ts'
import type { RowScope } from './request.ts'

/** silent: nothing comes. catching_up: it speaks again, of what is past. given_up: silent so long that rules judge without it. */
export type SilenceState = 'silent' | 'catching_up' | 'given_up'

export type SilentSource = {
  source: string
  state: SilenceState
  /** When it was last heard. */
  silent_since: string
  raised_at: string
  last_event_at: string
  gap_p99_s: number
  limit_s: number
  rules_paused: string[]
  channels: string[]
}

/** A rule that does not judge an order's promise, because a source that would tell of its fact has fallen quiet. */
export type OrderPause = {
  rule_id: string
  source: string
  /** quiet: more than is usual for it, not enough to be raised. */
  state: 'quiet' | 'silent' | 'catching_up'
  held_until: string
  silent_since: string
}

const SILENT = `select source, state, silent_since, raised_at, last_event_at, gap_p99_s, limit_s, rules_paused, channels
    from source_health where silent_since is not null order by silent_since, source limit 500`

/** Where promises and waits are read: as they stand, or as they were known. */
export type PausePlace = { readonly expectations: string; readonly holds: string }
const PRESENT: PausePlace = { expectations: 'expectation_current', holds: 'source_holds' }

/** Promises that are neither kept nor without meaning, and have not been judged to their end yet. */
const pauseRead = (place: PausePlace): RowRead => ({
  relation: `(
    select e.channel as channel, e.region as region, e.shop_id as shop_id, e.rule_id as rule_id, h.source as source, h.state as state, h.held_until as held_until, h.quiet_since as silent_since, h.held_shop as held_shop, e.shop_source as shop_source, h.tellers as tellers, e.sources as sources
    from (
      select * from ${place.expectations}
      where order_id = ${param('order_id', 'String')} and historic = 0 and met_at is null and void_at is null
    ) as e
    inner join (
      select source, state, held_until, quiet_since, need.rule as held_rule, need.shop as held_shop, need.tellers as tellers
      from ${place.holds} final array join needs as need where state in ('quiet', 'silent', 'catching_up')
    ) as h on h.held_rule = e.rule_id
    where e.escalate_at > h.held_until
  )`,
  scope: ROW_SCOPE,
  columns: ['rule_id', 'source', 'state', 'held_until', 'silent_since'],
  conditions: ['(has(sources, source) or (held_shop = shop_source and not hasAny(sources, tellers)))'],
  order: 'rule_id, source',
  tail: 'limit 1 by rule_id, source limit 100',
})

export type SourceReads = {
  /** Sources for which `source_silent` is raised, the longest silent first; those of channels that the caller may see. */
  silentSources(scope: RowScope): Promise<SilentSource[]>
  /** What is not judged about an order, and since when. */
  orderPauses(orderId: string, scope: RowScope): Promise<OrderPause[]>
}

export function createSourceReads(warehouse: Warehouse, place = PRESENT): SourceReads {
  return {
    async silentSources({ channels }) {
      const rows = (await warehouse.queryRows(SILENT)).map(toRow)
      // safe because the columns are those that the statement names
      const silent = rows as SilentSource[]
      return channels === 'all' ? silent : silent.filter((one) => one.channels.some((name) => channels.includes(name)))
    },
    async orderPauses(orderId, scope) {
      const sql = compileRows(pauseRead(place), scope)
      const rows = await warehouse.queryRows(sql, usedParameters(sql, { ...scopeParameters(scope), order_id: orderId }))
      return rows.map(toRow) as OrderPause[]
    },
  }
}
