import { randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { toColumns } from './report-store.ts'

/** Gives a demo installation one daily report, so that its report page has something to preview and to send. */
export async function seedDemoReport(knex: Knex, now: Date): Promise<void> {
  const owner: { id: string } | undefined = await knex('people').where({ email: 'manager@demo.orderlens' }).first('id')
  const any: unknown = await knex('reports').first('id')
  if (!owner || any) return
  const body = {
    title: '异常日报 Daily anomalies',
    definition: 'daily-anomalies',
    cron: '0 8 * * *',
    zone: 'Asia/Shanghai',
    language: 'zh' as const,
    where: [],
    recipients: ['manager@demo.orderlens', 'agent.zhejiang@demo.orderlens'],
    enabled: true,
  }
  await knex('reports').insert({
    ...toColumns(body),
    id: randomUUID(),
    owner_id: owner.id,
    created_at: now,
    generated_until: now,
  })
}
