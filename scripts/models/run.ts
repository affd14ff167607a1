/** Builds and tests a selection of models and prints what became of each. Answers whether all of it is well. */
import { buildSelected } from '#transforms/engine/build.ts'
import { compileTests, runTest } from '#transforms/engine/data-tests.ts'
import type { Project } from '#transforms/engine/project.ts'
import { runUnitTest } from '#transforms/engine/unit-tests.ts'
import { type WarehouseConfig } from '#warehouse/config.ts'
import { openWarehouse } from '#warehouse/open.ts'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type Progress, createProgress, reasonOf, stepLine, testLine, unitTestLine, widest } from './output.ts'

export type Job = {
  readonly project: Project
  readonly config: WarehouseConfig
  readonly names: readonly string[]
  readonly isFullRefresh: boolean
}

/** Relations only. */
export async function runModels(job: Job): Promise<boolean> {
  const say = createProgress(storedOf(job).length)
  return withWarehouse(job.config, (warehouse) => build(warehouse, job, { say, width: widest(job.names) }))
}

/** Tests only: of models in a database of their own, of rows on what is built. */
export async function testModels(job: Job): Promise<boolean> {
  const tests = compileTests(job.project, job.names)
  const width = widest([...tests, ...unitTestsOf(job)].map(({ name }) => name))
  const say = createProgress(tests.length + unitTestsOf(job).length)
  return withWarehouse(job.config, async (warehouse) => {
    const failed = await testUnits(warehouse, job, { say, width })
    let isWell = failed.size === 0
    for (const test of tests) {
      const result = await runTest(warehouse, test, Date.now())
      say(testLine(result, width))
      isWell &&= result.error === null && result.failures === 0
    }
    return isWell
  })
}

/** Relations and tests: what reads a model whose test fails is not built. */
export async function buildAndTest(job: Job): Promise<boolean> {
  const tests = compileTests(job.project, job.names)
  const width = widest([...tests, ...unitTestsOf(job)].map(({ name }) => name).concat(job.names))
  const say = createProgress(storedOf(job).length + tests.length + unitTestsOf(job).length)
  return withWarehouse(job.config, async (warehouse) => {
    const barred = await testUnits(warehouse, job, { say, width })
    const ephemeral = job.names.filter((name) => !storedOf(job).includes(name))
    let isWell = barred.size === 0
    const check = async (name: string): Promise<string[]> => {
      const wrong = []
      for (const test of tests.filter(({ reads }) => lastOf(job, reads) === name)) {
        const result = await runTest(warehouse, test, Date.now())
        say(testLine(result, width))
        if (result.error !== null || result.failures > 0) wrong.push(test.relation)
      }
      isWell &&= wrong.length === 0
      return wrong
    }
    const isBuilt = await build(warehouse, job, { say, width, barred, check })
    // What is set in place can be asked only when what it reads stands.
    for (const name of ephemeral) await check(name)
    return isWell && isBuilt
  })
}

/** A test is asked once the last of what it reads stands. */
const lastOf = ({ names }: Job, reads: readonly string[]): string | undefined =>
  names.findLast((name) => reads.includes(name))

type Printing = { say: Progress; width: number }

async function build(
  warehouse: Warehouse,
  { project, names, isFullRefresh }: Job,
  { say, width, ...options }: Printing & { barred?: ReadonlySet<string>; check?: (name: string) => Promise<string[]> },
): Promise<boolean> {
  const errors = new Map<string, string>()
  const steps = await buildSelected(warehouse, project, {
    ...options,
    names,
    isFullRefresh,
    onError: (name, error) => errors.set(name, reasonOf(error)),
    onStep: (step) => say(stepLine({ ...step, detail: errors.get(step.name) ?? step.detail }, width)),
  })
  return steps.every(({ outcome }) => outcome === 'built' || outcome === 'unchanged')
}

/** The models whose unit tests fail. */
async function testUnits(warehouse: Warehouse, job: Job, { say, width }: Printing): Promise<Set<string>> {
  const failed = new Set<string>()
  const tests = unitTestsOf(job)
  if (tests.length === 0) return failed
  const database = `${job.config.database}_unit_tests`
  // One server is enough for a handful of rows, and keeps them together.
  const alone = job.config.mode === 'server' ? { ...job.config, cluster: undefined } : job.config
  try {
    await withWarehouse({ ...alone, database }, async (scratch) => {
      await buildSelected(scratch, job.project)
      for (const test of tests) {
        const result = await runUnitTest(scratch, job.project, test)
        say(unitTestLine(result, width))
        if (!result.isPassed) failed.add(test.model)
      }
    })
  } finally {
    await warehouse.command(`drop database if exists ${database} sync`)
  }
  return failed
}

const unitTestsOf = ({ project, names }: Job) => project.unitTests.filter(({ model }) => names.includes(model))

const storedOf = ({ project, names }: Job): string[] =>
  names.filter((name) => project.models.find((model) => model.name === name)?.config.materialized !== 'ephemeral')

async function withWarehouse<T>(config: WarehouseConfig, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const warehouse = await openWarehouse(config)
  try {
    return await work(warehouse)
  } finally {
    await warehouse.close()
  }
}
