/**
 * Keeps the rows by day up to date with the ticks. What the tick changed decides which days are worked out anew; each takes
 * the place of the old one in one step, so that readers see one or the other. Days are noted down before anything is written,
 * so that those of a tick that died are known to the next.
 */
import { z } from 'zod'
import type { QueryParams, Warehouse } from '#warehouse/warehouse.ts'
import { replaceTable } from '../engine/build.ts'
import { type Variables, compileModel, relationOf } from '../engine/compile.ts'
import { createTable } from '../engine/ddl.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'
import { DUE } from '../incidents/keeper.ts'

export type DayKeeper = {
  /** Before the tick writes anything about its orders. */
  begin(variables: Variables): Promise<void>
  /** After it has. */
  swap(variables: Variables): Promise<void>
}

const BY_DAY = 'anomalies_by_day'
const STAGE = `${BY_DAY}__stage`
/** What the rows by day are made of. */
export const ROWS = 'int_anomaly_days'
/** So many days are swapped one by one, and so large a part of all; what is more is built anew, whole. */
const SWAPPED = { days: 10, share: 0.25 }
const OPEN = 'select distinct toString(version) as text from day_changes final where state < 2'
/** What incidents are told by. */
const OPENED =
  "order_id, anomaly_id, anomaly_type, category, opened_at, order_created_at, causes, status_reason = 'passed_on'"
const MANY_PARTITIONS = 'settings max_partitions_per_insert_block = 0'

/** Kept here and not by every model of a tick. */
export const isKeptByDay = ({ name }: Pick<Model, 'name'>): boolean => name === BY_DAY

export function createDayKeeper(warehouse: Warehouse, project: Project): DayKeeper {
  const model = project.models.find(isKeptByDay)
  if (model === undefined) throw new TransformError('MODEL_UNKNOWN', `rows by day need the model ${BY_DAY}`)
  const whole = compileModel(project, model, false)
  const changed = compileModel(project, model, true)
  const ofOrders = relationOf(project, ROWS, true)
  const ofAll = relationOf(project, ROWS)
  let hasStage = false
  /** Whose days this tick swaps: its own, and those that were not done when it began. */
  let versions: readonly string[] = []
  /** Of the days of others nothing is known, so nothing is taken over from the rows in use. */
  const isUnsure = (): boolean => versions.length > 1
  const due = (): string =>
    `toString(version) in {versions:Array(String)} and state ${isUnsure() ? '< 2' : '= 1'} and axis != ''`

  const refill = async (rows: string): Promise<void> => {
    await warehouse.command(`truncate table ${STAGE}`)
    await warehouse.command(`insert into ${STAGE} ${MANY_PARTITIONS}\n${rows}`, { versions })
  }

  const swapDays = async (days: readonly string[]): Promise<void> => {
    await refill(
      isUnsure()
        ? `select * from ${ofAll} where (axis, axis_day) in (select axis, axis_day from day_changes final where ${due()})`
        : changed,
    )
    const staged = new Set(await textsOf(warehouse, `select distinct _partition_id as text from ${STAGE}`))
    for (const id of days) {
      // A day that nothing is left of has no partition to be replaced from.
      const step = staged.has(id) ? `replace partition id {id:String} from ${STAGE}` : 'drop partition id {id:String}'
      await warehouse.command(`alter table ${BY_DAY} ${step}`, { id })
    }
  }

  /** Days on which other anomalies broke than before, or with other causes; of others' days nothing is known but that they may be. */
  const noteOpened = (): Promise<void> =>
    warehouse.command(
      `insert into ${DUE} (part, since)
       select distinct 'blocks', axis_day from (${
         isUnsure()
           ? `select axis_day from day_changes final where ${due()} and axis = 'opened'`
           : `select axis_day from (
                select axis_day, (${OPENED}) as opened, 1 as side from ${STAGE} where axis = 'opened'
                union all
                select axis_day, (${OPENED}) as opened, -1 as side from ${ofOrders} where axis = 'opened'
              ) group by axis_day, opened having sum(side) != 0`
       })`,
      { versions },
    )

  return {
    async begin({ version }) {
      if (!hasStage) {
        await warehouse.command(`drop table if exists ${STAGE} sync`)
        await warehouse.command(createTable(model, STAGE, whole))
        hasStage = true
      }
      versions = [version, ...(await textsOf(warehouse, OPEN))]
      await refill(`select * from ${ofOrders}`)
      await warehouse.command(
        `insert into day_changes (version, axis, axis_day)
         select {version:UInt64}, '', toDate(0) union all select distinct {version:UInt64}, axis, axis_day from ${STAGE}`,
        { version },
      )
    },

    async swap({ version }) {
      // What is the same before and after cancels out, unless the tick before may have stopped in between.
      await warehouse.command(
        `insert into day_changes (version, axis, axis_day, state)
         select distinct {version:UInt64}, axis, axis_day, 1 from (
           select axis, axis_day, tuple(*) as found, 1 as side from ${STAGE}
           union all
           select axis, axis_day, tuple(*) as found, -1 as side from ${ofOrders}
         ) group by axis, axis_day, found ${isUnsure() ? '' : 'having sum(side) != 0'}`,
        { version },
      )
      await noteOpened()
      const days = await textsOf(
        warehouse,
        `select partitionId(axis, axis_day) as text
         from (select distinct axis, axis_day from day_changes final where ${due()})
         order by axis_day, axis`,
        { versions },
      )
      if (await isMuch(warehouse, days.length)) await replaceTable(warehouse, model, whole)
      else if (days.length > 0) await swapDays(days)
      await warehouse.command(
        `insert into day_changes (version, axis, axis_day, state)
         select version, axis, axis_day, 2 from day_changes final where toString(version) in {versions:Array(String)} and state < 2`,
        { versions },
      )
    },
  }
}

async function isMuch(warehouse: Warehouse, days: number): Promise<boolean> {
  if (days <= SWAPPED.days) return false
  const [row] = await warehouse.query(
    {
      name: 'days there are',
      sql: 'select uniqExact(partition_id) as n from system.parts where active and database = {database:String} and table = {table:String}',
      row: z.object({ n: z.coerce.number() }),
    },
    { database: warehouse.database, table: BY_DAY },
  )
  return days > SWAPPED.share * (row?.n ?? 0)
}

async function textsOf(warehouse: Warehouse, sql: string, params: QueryParams = {}): Promise<string[]> {
  const rows = await warehouse.query({ name: 'days of the tick', sql, row: z.object({ text: z.string() }) }, params)
  return rows.map(({ text }) => text)
}
