/**
 * Keeps what gateways let through and refused beside the ticks. When by an order of a tick a gateway is found to refuse more
 * than is usual, or no more, all orders it refused at that time are judged with the tick's.
 */
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Variables, compileModel, relationOf } from '../engine/compile.ts'
import type { Model, Project } from '../engine/project.ts'
import { TransformError } from '../errors.ts'

export type GatewayKeeper = {
  /** Counts the attempts of the tick's orders, and adds to them those that are judged otherwise now. Whether one of them was refused by a gateway that refuses much. */
  follow(variables: Variables): Promise<boolean>
}

export const ATTEMPTS = 'gateway_attempts'
const [BLOCKS, OUTAGES] = ['gateway_blocks', 'gateway_outages'] as const
/** The attempts of the tick's orders, noted down once: every statement about them is planned anew. */
const OF_TICK = 'tick_attempts'
/** Those of them from the first on that was not counted yet. */
const UNSEEN = `(select * from ${OF_TICK} where block_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC'))`
const COLUMNS = 'gateway, block_at, order_id, event_id'

const blockRow = z.object({ gateway: z.string(), block_at: z.string() })
type Block = z.output<typeof blockRow>

/** Kept here, before everything else of a tick. */
export const isOfGateways = ({ name }: Pick<Model, 'name'>): boolean =>
  [ATTEMPTS, BLOCKS, OUTAGES].some((each) => each === name)

export function createGatewayKeeper(warehouse: Warehouse, project: Project, settings: string): GatewayKeeper {
  const stand = new Map([['ref:int_gateway_attempts', UNSEEN]])
  const select = (name: string): string => {
    const model = project.models.find((each) => each.name === name)
    if (model === undefined)
      throw new TransformError('MODEL_UNKNOWN', `attempts to pay are counted by the model ${name}`)
    return compileModel(project, model, true, stand)
  }
  const insert = (name: string): string => `insert into ${name} settings ${settings}\n${select(name)}`
  const [insertAttempts, insertBlocks, insertOutages] = [insert(ATTEMPTS), insert(BLOCKS), insert(OUTAGES)]
  const noteDown = `insert into ${OF_TICK} settings ${settings}\n${relationOf(project, 'int_gateway_attempts', true)}`
  const changed = `select gateway, toString(block_at) as block_at from (\n${select(OUTAGES)}\n)`

  const judgedOtherwise = (params: Variables & { since: string }): Promise<Block[]> =>
    warehouse.query({ name: 'gateways judged otherwise', sql: changed, row: blockRow }, { ...params })

  return {
    async follow(variables) {
      await warehouse.command(`truncate table ${OF_TICK}`)
      await warehouse.command(noteDown)
      const { unseen, since, refused } = await look(warehouse)
      if (unseen === 0) return refused > 0
      await warehouse.command(insertBlocks, { ...variables, since })
      const blocks = (await hasMuch(warehouse, since)) ? await judgedOtherwise({ ...variables, since }) : []
      if (blocks.length > 0) {
        await takeIn(warehouse, variables, blocks)
        await warehouse.command(insertOutages, { ...variables, since })
      }
      // Last, so that a tick that died finds them unseen.
      await warehouse.command(insertAttempts, { since })
      return refused > 0 || blocks.length > 0
    },
  }
}

/** How many attempts are not counted yet, from when on (in milliseconds), and whether an order is judged by its gateway or was. */
async function look(warehouse: Warehouse): Promise<{ unseen: number; since: string; refused: number }> {
  const [row] = await warehouse.query({
    name: 'attempts to pay',
    sql: `with
        (${COLUMNS}) not in (select ${COLUMNS} from ${ATTEMPTS} where (${COLUMNS}) in (select ${COLUMNS} from ${OF_TICK})) as is_unseen
      select
        countIf(is_unseen) as unseen,
        toUnixTimestamp64Milli(minIf(block_at, is_unseen)) as since,
        countIf(is_failure = 1 and (gateway, block_at) in (select gateway, block_at from ${OUTAGES} final))
          + (select count() from linked_orders final where order_id in (select order_id from ${OF_TICK}) and has(links.kind, 'gateway')) as refused
      from ${OF_TICK}`,
    row: z.object({ unseen: z.coerce.number(), since: z.coerce.string(), refused: z.coerce.number() }),
  })
  return row ?? { unseen: 0, since: '0', refused: 0 }
}

/** Whether anything can be beyond what is usual: from then on a gateway refused as many as any rule asks for. */
async function hasMuch(warehouse: Warehouse, since: string): Promise<boolean> {
  const [row] = await warehouse.query(
    {
      name: 'gateways that refused many',
      sql: `select count() as n from ${BLOCKS} final
        where gateway in (select gateway from ${UNSEEN}) and block_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
          and refusals >= (select min(min_refusals) from gateway_rules)`,
      row: z.object({ n: z.coerce.number() }),
    },
    { since },
  )
  return (row?.n ?? 0) > 0
}

/** Who was refused at these times. They are woken before what they are judged by is written, so that they are judged even if this tick dies. */
async function takeIn(warehouse: Warehouse, { now }: Variables, blocks: readonly Block[]): Promise<void> {
  const refused = [ATTEMPTS, OF_TICK]
    .map(
      (relation) =>
        `select order_id from ${relation} where is_failure = 1 and (gateway, toString(block_at)) in (select arrayJoin(arrayZip({gateways:Array(String)}, {blocks:Array(String)})))`,
    )
    .join(' union distinct ')
  const params = { gateways: blocks.map(({ gateway }) => gateway), blocks: blocks.map(({ block_at }) => block_at) }
  await warehouse.command(
    `insert into wake_ups (wake_at, order_id) select toDateTime64({now:String}, 3, 'UTC'), order_id from (${refused})`,
    { now, ...params },
  )
  await warehouse.command(
    `insert into tick_orders select order_id from (${refused}) where order_id not in (select order_id from tick_orders)`,
    params,
  )
}
