/** The search box with many orders stored: every kind of thing that is typed, each asked of many orders. */
import { z } from 'zod'
import { buildModels } from '#transforms/engine/build.ts'
import { readProject } from '#transforms/engine/project.ts'
import { type RowScope, unrestricted } from '#transforms/query/request.ts'
import { type SearchFilters, noFilters } from '#transforms/query/search-filters.ts'
import { type SearchPage, searchOrders } from '#transforms/query/search.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { measure, median, printAim, printTable, quantile } from './measure.ts'
import { LAST_PLACED, storeSearchedOrders } from './searched-orders.ts'

const ASKED = 20
const AIM_MS = 150
const DAY_MS = 86_400_000

const orderSchema = z.object({
  order_no: z.string(),
  buyer_id: z.string(),
  buyer_name: z.string(),
  payment: z.string(),
  tracking: z.string(),
  refund: z.string(),
  product: z.string(),
  phone_tail: z.string(),
})
type Order = z.infer<typeof orderSchema>
type Question = {
  readonly what: string
  readonly text: (order: Order) => string
  readonly filters?: Partial<SearchFilters>
  readonly scope?: RowScope
  readonly isFound?: boolean
}

const swapped = (text: string): string => text.slice(0, -3) + text.at(-2) + text.at(-3) + text.slice(-1)
const without = (text: string, at: number): string => text.slice(0, at) + text.slice(at + 1)
const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + 1)
const COMMON = 'tote bag'
const month = {
  created_from: new Date(LAST_PLACED - 90 * DAY_MS).toISOString(),
  created_to: new Date(LAST_PLACED - 60 * DAY_MS).toISOString(),
}
const few: RowScope = { ...unrestricted, channels: ['douyin'], regions: ['JP'] }

const QUESTIONS: readonly Question[] = [
  { what: 'order number', text: ({ order_no }) => order_no },
  { what: 'order number, beginning', text: ({ order_no }) => order_no.slice(0, 10) },
  { what: 'order number, first three characters', text: ({ order_no }) => order_no.slice(0, 3) },
  { what: 'order number, a digit missing', text: ({ order_no }) => without(order_no, 6) },
  { what: 'buyer’s number', text: ({ buyer_id }) => buyer_id },
  { what: 'tracking number with separators', text: ({ tracking }) => `${tracking.slice(0, 5)}-${tracking.slice(5)}` },
  { what: 'tracking number, two digits swapped', text: ({ tracking }) => swapped(tracking) },
  { what: 'payment number', text: ({ payment }) => payment },
  { what: 'payment number, a character wrong', text: ({ payment }) => replaced(payment, 9, 'z') },
  { what: 'refund number, a digit missing', text: ({ refund }) => without(refund, 7), isFound: false },
  { what: 'phone tail', text: ({ phone_tail }) => phone_tail },
  { what: 'name', text: ({ buyer_name }) => buyer_name },
  { what: 'name, beginning', text: ({ buyer_name }) => buyer_name.slice(0, 2) },
  { what: 'name, Chinese, a character wrong', text: () => '王晓鑫', isFound: false },
  { what: 'name, Latin, a letter too much', text: () => 'Jennifer Roobinson' },
  { what: 'product', text: ({ product }) => product },
  { what: 'product, Chinese, a character wrong', text: () => '无线尔机' },
  { what: 'product, Latin, a letter missing', text: () => 'wirless headphones' },
  { what: 'product of half of all orders', text: () => COMMON },
  { what: 'the same, in a month and a status', text: () => COMMON, filters: { ...month, order_status: ['canceled'] } },
  { what: 'the same, with an open anomaly', text: () => COMMON, filters: { anomaly: 'open' } },
  { what: 'the same, one order in ninety in sight', text: () => COMMON, scope: few },
  { what: 'no text, an amount and a region', text: () => '', filters: { amount_from: 199_000, region: ['JP'] } },
  { what: 'a name, one order in ninety in sight', text: ({ buyer_name }) => buyer_name, scope: few, isFound: false },
  { what: 'nothing: a word', text: () => 'qwertyuiop', isFound: false },
  { what: 'nothing: a number', text: () => '99887766554433', isFound: false },
  { what: 'nothing: filters that exclude all', text: () => COMMON, filters: { channel: ['nowhere'] }, isFound: false },
]

export async function timeSearch(warehouse: Warehouse, orders: number): Promise<void> {
  const project = readProject()
  await buildModels(warehouse, project)
  const { seconds } = await measure(() => storeSearchedOrders(warehouse, project, orders))
  console.log(`${orders.toLocaleString('en')} orders stored in ${seconds.toFixed(0)} s; ${await sizes(warehouse)}`)
  await timeQuestions(warehouse)
}

export async function timeQuestions(warehouse: Warehouse): Promise<void> {
  const sample = await samples(warehouse)
  const all: number[] = []
  const rows: string[][] = []
  for (const { what, text, filters = {}, scope = unrestricted, isFound = true } of QUESTIONS) {
    const spent: number[] = []
    const cpu: number[] = []
    let results = 0
    for (const order of sample) {
      const asked = text(order)
      let page: SearchPage = { results: [], more: false }
      const one = await measure(async () => {
        page = await searchOrders(warehouse, { text: asked, filters: { ...noFilters, ...filters } }, scope)
      })
      if (isFound && page.results.length === 0) throw new Error(`${what}: nothing found`)
      results += page.results.length
      spent.push(one.seconds * 1000)
      cpu.push(one.cpuSeconds * 1000)
    }
    all.push(...spent)
    rows.push([
      what,
      median(spent).toFixed(0),
      quantile(spent, 0.95).toFixed(0),
      median(cpu).toFixed(0),
      (results / sample.length).toFixed(1),
    ])
  }
  printTable(['', 'ms p50', 'ms p95', 'CPU ms', 'found'], rows)
  printAim('p95 of all questions, ms', quantile(all, 0.95), AIM_MS, false)
}

/** Orders over the whole time, each with everything it is asked for by. */
function samples(warehouse: Warehouse): Promise<Order[]> {
  return warehouse.query(
    {
      name: 'orders to search for',
      sql: `select order_no, buyer_id, buyer_name, payments[1].payment_id as payment, parcels[1].tracking_no as tracking,
          refunds[1].refund_id as refund, lines[1].name as product,
          substring(order_no, 5, 4) as phone_tail
        from (select * from order_state where notEmpty(refunds) order by cityHash64(order_id) limit {n:UInt32}) as o`,
      row: orderSchema,
    },
    { n: ASKED },
  )
}

async function sizes(warehouse: Warehouse): Promise<string> {
  const rows = await warehouse.query(
    {
      name: 'sizes of what a search reads',
      sql: `select table as name, sum(bytes_on_disk) as bytes from system.parts
        where active and database = {database:String} and (startsWith(table, 'search_') or endsWith(table, '_lookup') or table = 'order_state')
        group by table order by table`,
      row: z.object({ name: z.string(), bytes: z.coerce.number() }),
    },
    { database: warehouse.database },
  )
  return rows.map(({ name, bytes }) => `${name} ${(bytes / 2 ** 20).toFixed(0)} MB`).join(', ')
}
