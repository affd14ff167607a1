/** The warehouse with an ear: hands back what was asked of it, to be asked again directly. */
import type { Warehouse } from '#warehouse/warehouse.ts'

export type Recorder = {
  readonly warehouse: Warehouse
  /** How many statements were asked so far. */
  count(): number
  /** The statements that `work` asks, each as a function that asks it again. */
  during(work: () => Promise<unknown>): Promise<(() => Promise<unknown>)[]>
}

export function record(warehouse: Warehouse): Recorder {
  let heard: (() => Promise<unknown>)[] | null = null
  let count = 0
  const note = (again: () => Promise<unknown>): Promise<unknown> => {
    count += 1
    heard?.push(again)
    return again()
  }
  return {
    warehouse: {
      ...warehouse,
      // safe because each hands back what the function of the same name answers
      query: ((query, params) => note(() => warehouse.query(query, params))) as Warehouse['query'],
      queryRows: ((sql, params) => note(() => warehouse.queryRows(sql, params))) as Warehouse['queryRows'],
      queryBytes: ((sql, format, params) =>
        note(() => warehouse.queryBytes(sql, format, params))) as Warehouse['queryBytes'],
    },
    count: () => count,
    async during(work) {
      const statements: (() => Promise<unknown>)[] = []
      heard = statements
      await work()
      heard = null
      return statements
    },
  }
}
