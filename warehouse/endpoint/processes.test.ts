import { expect, test } from 'vitest'
import { withProcesses } from './processes.ts'

test('the running statements stand in for system.processes, quoted', () => {
  const running = new Map([["it's", "select '{a:String}' \\ 1"]])
  expect(withProcesses('select count() from system.processes where 1', running)).toBe(
    "select count() from values('query_id String, query String', ('it\\'s', 'select \\' a:String \\' \\\\ 1')) where 1",
  )
})

test.each(["select 'system.processes'", 'select 1 from system.parts', 'select processes from t'])('%s stays', (sql) => {
  expect(withProcesses(sql, new Map())).toBe(sql)
})
