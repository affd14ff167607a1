/** `npm run models -- build | run | test | compile | docs | lineage | list | what-if`: the models of `transforms/`, some or all. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Command } from 'commander'
import { compileModel } from '#transforms/engine/compile.ts'
import { docsPage } from '#transforms/engine/docs.ts'
import { selectNames } from '#transforms/engine/graph.ts'
import { lineageChart, lineageText } from '#transforms/engine/lineage.ts'
import { type Model, readProject } from '#transforms/engine/project.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { widest } from './models/output.ts'
import { type Job, buildAndTest, runModels, testModels } from './models/run.ts'
import { type WhatIf, tellWhatIf } from './models/what-if.ts'

type Selection = { select: string[]; exclude: string[] }

const program = new Command('models')
  .description('The models of transforms/: SQL files with cards, in a layout dbt reads too.')
  .showHelpAfterError()

/** A command over a selection of models. */
const selecting = (name: string, description: string): Command =>
  program
    .command(name)
    .description(description)
    .option(
      '-s, --select <selector...>',
      'name, +name, name+, tag:name, path:folder, source:table; a comma means both',
      [],
    )
    .option('--exclude <selector...>', 'selectors of what to leave out', [])

/** A command that works on the warehouse and fails when anything in it does. */
function working(name: string, description: string, work: (job: Job) => Promise<boolean>): Command {
  return selecting(name, description).action(async (options: Selection & { fullRefresh?: boolean }) => {
    const project = readProject()
    const isWell = await work({
      project,
      config: loadWarehouseConfig(process.env),
      names: selectNames(project, options),
      isFullRefresh: options.fullRefresh === true,
    })
    if (!isWell) process.exitCode = 1
  })
}

const FULL_REFRESH = 'build what did not change, too; readers see the old rows until the new ones are complete'
working('build', 'Build relations and test them; what reads a failed one is skipped.', buildAndTest).option(
  '--full-refresh',
  FULL_REFRESH,
)
working('run', 'Build relations without testing them.', runModels).option('--full-refresh', FULL_REFRESH)
working('test', 'Run unit tests and the tests of rows; exit code 1 when any fails.', testModels)

selecting('compile', 'Print the SQL of models as it is sent.')
  .option('--incremental', 'as a tick runs them', false)
  .action((options: Selection & { incremental: boolean }) => {
    const project = readProject()
    for (const model of selectedModels(options))
      console.log(`-- ${model.name}\n${compileModel(project, model, options.incremental)}\n`)
  })

selecting('docs', 'Write a page about the models: what they are, columns, tests, lineage.')
  .option('--out <file>', 'where to write it', '.data/models.md')
  .action((options: Selection & { out: string }) => {
    const project = readProject()
    mkdirSync(dirname(options.out), { recursive: true })
    writeFileSync(options.out, docsPage(project, selectNames(project, options)))
    console.log(`wrote ${options.out}`)
  })

selecting('lineage', 'Print what each relation reads (←) and what reads it (→).')
  .option('--mermaid', 'as a Mermaid flowchart', false)
  .action((options: Selection & { mermaid: boolean }) => {
    const project = readProject()
    console.log((options.mermaid ? lineageChart : lineageText)(project, selectNames(project, options)))
  })

selecting('list', 'Name seeds and models in build order.').action((options: Selection) => {
  const project = readProject()
  const names = selectNames(project, options)
  const width = widest(names)
  for (const name of names) {
    const model = project.models.find((each) => each.name === name)
    const tags = (model?.config.tags ?? []).map((tag) => `tag:${tag}`).join(' ')
    console.log(`${name.padEnd(width)}  ${(model?.config.materialized ?? 'seed').padEnd(12)}  ${tags}`.trimEnd())
  }
})

program
  .command('what-if')
  .description('What promises and anomalies would have been with another threshold; nothing is saved.')
  .requiredOption('--rule <name>', 'the rule, such as not_shipped')
  .option('--allowance <time>', 'such as 30m, 24h or 2d')
  .option('--at-risk <share>', 'the share of the allowance after which it is at risk, 0 to 1')
  .option('--calendar <name>', 'in whose hours the allowance passes')
  .option('--channel <name>')
  .option('--region <name>')
  .option('--payment-method <name>')
  .option('--carrier <name>')
  .option('--product-category <name>')
  .requiredOption('--from <instant>', 'orders placed from here on')
  .option('--to <instant>', 'and before this; now unless given')
  .option('--zone <zone>', 'of days', 'UTC')
  .option('--orders <part>', 'the orders behind one of the numbers, such as gained')
  .action(async (asked: WhatIf) => {
    console.log(await tellWhatIf(process.env, asked, Date.now()))
  })

function selectedModels(selection: Selection): Model[] {
  const project = readProject()
  const names = selectNames(project, selection)
  return project.models.filter(({ name }) => names.includes(name))
}

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit())

try {
  await program.parseAsync()
} catch (error) {
  const { name, code, message } = error as { name: string; code?: string; message: string }
  process.stderr.write(`${name}${code === undefined ? '' : ` ${code}`}: ${message}\n`)
  process.exitCode = 1
}
