/** What the warehouse knows about sources and keeps about them: how quiet they are, who waits for them, every silence. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Variables, compileModel } from '../engine/compile.ts'
import type { Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import type { Hold, SourceQuiet } from './holds.ts'

export type SourceStore = {
  /** Works out anew what is usual for every source, or for those whose turn it is. */
  refreshRhythms(which: 'all' | 'turn', variables: Variables): Promise<void>
  readQuiet(variables: Variables): Promise<SourceQuiet[]>
  readHolds(): Promise<Hold[]>
  writeHolds(holds: readonly Hold[], variables: Variables): Promise<void>
  /** The same at the end of a tick: what it says counts more than what the tick's beginning said. */
  settleHolds(holds: readonly Hold[], variables: Variables): Promise<void>
  /** Writes down silences of sources whose holds were written before. */
  raise(raised: readonly Hold[], variables: Variables): Promise<void>
  resolve(resolved: readonly Hold[], nowMs: number, variables: Variables): Promise<void>
}

const ms = z.coerce.number()
const flag = z.coerce.number().transform((value) => value === 1)
const quietRow = z
  .object({
    source: z.string(),
    severity: z.string(),
    last_event_ms: ms,
    last_landed_ms: ms,
    is_regular: flag,
    quiet_s: ms,
    gap_p99_s: ms,
    hold_after_s: ms,
    limit_s: ms,
    give_up_s: ms,
    is_fresh: flag,
  })
  .transform(
    (row): SourceQuiet => ({
      source: row.source,
      severity: row.severity,
      lastEventMs: row.last_event_ms,
      lastLandedMs: row.last_landed_ms,
      isRegular: row.is_regular,
      quietS: row.quiet_s,
      gapP99S: row.gap_p99_s,
      holdAfterS: row.hold_after_s,
      limitS: row.limit_s,
      giveUpS: row.give_up_s,
      isFresh: row.is_fresh,
    }),
  )
const holdRow = z
  .object({
    source: z.string(),
    severity: z.string(),
    state: z.enum(['quiet', 'silent', 'catching_up', 'given_up', 'free']),
    is_releasing: flag,
    held_ms: ms,
    quiet_ms: ms,
    raised_ms: ms,
    gap_p99_s: ms,
    limit_s: ms,
  })
  .transform(
    (row): Hold => ({
      source: row.source,
      severity: row.severity,
      state: row.state,
      isReleasing: row.is_releasing,
      heldUntilMs: row.held_ms,
      quietSinceMs: row.quiet_ms,
      raisedAtMs: row.raised_ms === 0 ? null : row.raised_ms,
      gapP99S: row.gap_p99_s,
      limitS: row.limit_s,
    }),
  )

const HOLDS =
  "select source, severity, state, is_releasing, toUnixTimestamp64Milli(held_until) as held_ms, toUnixTimestamp64Milli(quiet_since) as quiet_ms, ifNull(toUnixTimestamp64Milli(raised_at), 0) as raised_ms, gap_p99_s, limit_s from source_holds final where state != 'free' or is_releasing = 1"

export function createSourceStore(warehouse: Warehouse, project: Project): SourceStore {
  const sqlOf = (name: string, isIncremental = false): string => {
    const model = project.models.find((each) => each.name === name)
    if (model === undefined) throw new TransformError('MODEL_UNKNOWN', `the watch over sources needs the model ${name}`)
    return compileModel(project, model, isIncremental)
  }
  const rhythms = { all: sqlOf('source_rhythm'), turn: sqlOf('source_rhythm', true) }
  const [quiet, needs] = [sqlOf('source_quiet'), sqlOf('source_needs')]

  const insertHolds = async (holds: readonly Hold[], version: string): Promise<void> => {
    if (holds.length === 0) return
    await warehouse.command(
      `insert into source_holds (source, severity, state, is_releasing, held_until, quiet_since, raised_at, gap_p99_s, limit_s, needs, version)
         select c.source, h.2, h.3, h.4, fromUnixTimestamp64Milli(h.5, 'UTC'), fromUnixTimestamp64Milli(h.6, 'UTC'), if(h.7 = 0, null, fromUnixTimestamp64Milli(h.7, 'UTC')), h.8, h.9, n.needs, {version:UInt64}
         from (select arrayJoin(arrayZip({sources:Array(String)}, {severities:Array(String)}, {states:Array(String)}, {releasing:Array(UInt8)}, {held:Array(Int64)}, {quiet:Array(Int64)}, {raised:Array(Int64)}, {gaps:Array(UInt32)}, {limits:Array(UInt32)})) as h, h.1 as source) as c
         left join (
           select source, groupArray(cast((rule, shop, tellers), 'Tuple(rule String, shop String, tellers Array(String))')) as needs
           from (${needs}) where source in {sources:Array(String)} group by source
         ) as n on n.source = c.source`,
      {
        version,
        sources: holds.map((hold) => hold.source),
        severities: holds.map((hold) => hold.severity),
        states: holds.map((hold) => hold.state),
        releasing: holds.map((hold) => Number(hold.isReleasing)),
        held: holds.map((hold) => hold.heldUntilMs),
        quiet: holds.map((hold) => hold.quietSinceMs),
        raised: holds.map((hold) => hold.raisedAtMs ?? 0),
        gaps: holds.map((hold) => hold.gapP99S),
        limits: holds.map((hold) => hold.limitS),
      },
    )
  }

  return {
    refreshRhythms: (which, variables) =>
      warehouse.command(
        `insert into source_rhythms (source, as_of, first_heard_at, gaps, gap_p50_s, gap_p99_s, lag_p99_s, own_hours)\n${rhythms[which]}`,
        { ...variables },
      ),
    readQuiet: (variables) =>
      warehouse.query(
        {
          name: 'how quiet the sources are',
          sql: `select source, severity, toUnixTimestamp64Milli(last_event_at) as last_event_ms, toUnixTimestamp64Milli(last_landed_at) as last_landed_ms, is_regular, quiet_s, gap_p99_s, hold_after_s, limit_s, give_up_s, is_fresh from (${quiet})`,
          row: quietRow,
        },
        { ...variables },
      ),
    readHolds: () => warehouse.query({ name: 'sources that are waited for', sql: HOLDS, row: holdRow }),
    writeHolds: (holds, { version }) => insertHolds(holds, `${version}0`),
    settleHolds: (holds, { version }) => insertHolds(holds, `${version}1`),
    async raise(raised, { version }) {
      if (raised.length === 0) return
      await warehouse.command(
        `insert into source_silences (silence_id, source, severity, silent_since, raised_at, resolved_at, gap_p99_s, limit_s, rules, channels, version)
         select transform(toString(h.source), {sources:Array(String)}, {ids:Array(String)}, ''), h.source, h.severity, h.quiet_since, assumeNotNull(h.raised_at), null,
           h.gap_p99_s, h.limit_s, arraySort(arrayDistinct(h.needs.rule)), s.channels, {version:UInt64}
         from (select * from source_holds final where source in {sources:Array(String)}) as h
         left join (select source, arraySort(groupUniqArray(channel)) as channels from shop_sources group by source) as s on s.source = h.source`,
        { version, sources: raised.map((hold) => hold.source), ids: raised.map(silenceId) },
      )
    },
    async resolve(resolved, nowMs, { version }) {
      if (resolved.length === 0) return
      await warehouse.command(
        `insert into source_silences
         select * replace(toNullable(fromUnixTimestamp64Milli({now:Int64}, 'UTC')) as resolved_at, {version:UInt64} as version)
         from (select * from source_silences final where source in {sources:Array(String)} and resolved_at is null)`,
        { version, now: String(nowMs), sources: resolved.map((hold) => hold.source) },
      )
    },
  }
}

/** Same source, same silence, same id. */
const silenceId = ({ source, quietSinceMs }: Hold): string =>
  createHash('sha256').update(`source_silent ${source} ${quietSinceMs}`).digest('hex').slice(0, 32)
