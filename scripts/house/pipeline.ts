/** For tests that need all of the data path: in a warehouse of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBuiltWarehouse } from '#transforms/engine/test-built.ts'
import { type Clock, type Pipeline, createPipeline } from '../detect/pipeline.ts'

export type { Pipeline }

export type PipelineOptions = Clock & {
  /** A folder of the caller's, who removes it: for two pipelines of one engine, the second in a database of its own. */
  readonly folder?: string
  readonly database?: string
}

export async function openPipeline({ folder, database, ...clock }: PipelineOptions = {}): Promise<Pipeline> {
  const own = folder ?? mkdtempSync(join(tmpdir(), 'orderlens-pipeline-'))
  const path = join(own, 'warehouse')
  const warehouse = await openBuiltWarehouse({ path, ...(database !== undefined && { database }) })
  const pipeline = await createPipeline(warehouse, clock)
  return {
    ...pipeline,
    async close() {
      await pipeline.close()
      if (folder === undefined) rmSync(own, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
