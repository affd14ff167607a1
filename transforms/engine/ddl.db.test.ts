/**
 * The statements that build the small project, on one server and on a cluster, as golden files: both are read by people
 * before they are committed, and parsed by the engine here.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createClusterDdl } from '#warehouse/cluster.ts'
import { readMigrations } from '#warehouse/migrate.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { buildModels, buildSelected } from './build.ts'
import { readProject } from './project.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-ddl-'))
const project = readProject(join(import.meta.dirname, 'fixture'))
const sent: string[] = []
let warehouse: Warehouse

beforeAll(async () => {
  warehouse = await openWarehouse({ mode: 'embedded', path: join(folder, 'warehouse'), database: 'ddl', readers: 1 })
  const listening: Warehouse = {
    ...warehouse,
    async command(sql, params) {
      sent.push(sql)
      await warehouse.command(sql, params)
    },
  }
  await buildModels(listening, project)
  await buildSelected(listening, project, { isFullRefresh: true })
})
afterAll(async () => {
  await warehouse.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

const page = (statements: readonly string[]): string => `${statements.join('\n\n-- next statement\n')}\n`

/** As the cluster is sent them after its migrations. */
function onCluster(): { migrations: string[]; models: string[] } {
  const ddl = createClusterDdl({ cluster: 'main', spread: new Map() })
  const migrations = readMigrations().flatMap(({ statements }) => statements.flatMap((sql) => ddl.statementsOf(sql)))
  return { migrations, models: sent.flatMap((sql) => ddl.statementsOf(sql)) }
}

test('on one server', async () => {
  await expect(page(sent)).toMatchFileSnapshot('./golden/one_server.sql')
})

test('on a cluster', async () => {
  await expect(page(onCluster().models)).toMatchFileSnapshot('./golden/cluster.sql')
})

test('the engine can parse every statement a cluster is sent', async () => {
  const { migrations, models } = onCluster()
  for (const sql of [...migrations, ...models])
    expect(await warehouse.queryRows('select formatQuery({sql:String}) as text', { sql })).toHaveLength(1)
  await expect(warehouse.queryRows('select formatQuery({sql:String})', { sql: 'create tabel x' })).rejects.toThrow(
    /code 62/,
  )
})
