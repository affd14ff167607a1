/**
 * 100,000 rows of a drill as an Arrow stream and as JSON: how long writing takes, how many bytes travel, and how long a reader
 * needs until it has added up a column.
 */
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { tableFromIPC } from 'apache-arrow'
import { createDoor } from '#transforms/query/door.ts'
import { unrestricted } from '#transforms/query/request.ts'
import { writeTable } from '#transforms/tables/formats.ts'
import type { Table } from '#transforms/tables/table.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { measure, median, printTable } from './measure.ts'
import { fillWeek } from './week.ts'

const ROWS = 100_000
const ROUNDS = 7
const COLUMN = 'amount_payable'

/** The rows of a week of the simulated store are repeated until there are enough. */
export async function timeFormats(warehouse: Warehouse): Promise<void> {
  await fillWeek(warehouse)
  const own = await createDoor(warehouse).drillTable({ metric: 'orders_recorded' }, unrestricted)
  const table: Table = {
    ...own,
    rows: Array.from({ length: ROWS }, (_, n) => own.rows[n % own.rows.length] ?? []),
  }
  const names = own.columns.map(({ name }) => name)
  const ways = {
    JSON: {
      write: () =>
        Buffer.from(
          JSON.stringify(table.rows.map((row) => Object.fromEntries(names.map((name, at) => [name, row[at]])))),
        ),
      sum: (bytes: Buffer) =>
        (JSON.parse(bytes.toString()) as Record<string, unknown>[]).reduce((sum, row) => sum + Number(row[COLUMN]), 0),
    },
    Arrow: {
      write: () => writeTable(table, 'arrow'),
      sum: (bytes: Buffer) => {
        let sum = 0
        for (const value of tableFromIPC(bytes).getChild(COLUMN) ?? []) sum += Number(value)
        return sum
      },
    },
  }
  const rows: string[][] = []
  const sums = new Set<number>()
  for (const [name, { write, sum }] of Object.entries(ways)) {
    const bytes = write()
    const packed = await promisify(gzip)(bytes)
    const spent = { write: [] as number[], read: [] as number[] }
    for (let round = 0; round < ROUNDS; round += 1) {
      spent.write.push((await measure(async () => write())).seconds * 1000)
      spent.read.push((await measure(async () => sums.add(sum(bytes)))).seconds * 1000)
    }
    const mb = (length: number): string => (length / 2 ** 20).toFixed(1)
    rows.push([
      name,
      median(spent.write).toFixed(0),
      median(spent.read).toFixed(0),
      mb(bytes.length),
      mb(packed.length),
    ])
  }
  if (sums.size !== 1) throw new Error(`the two ways have different sums: ${[...sums].join(', ')}`)
  printTable(
    [`${ROWS.toLocaleString('en')} rows, ${names.length} columns`, 'write ms', 'read ms', 'MB', 'MB packed'],
    rows,
  )
}
