/** `npm run query -- --metric NAME …`: asks the same door as the portal. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { createDoor } from '#transforms/query/door.ts'
import { QueryError } from '#transforms/query/errors.ts'
import {
  type Filter,
  type Grain,
  type MetricRequestInput,
  type TimeBasis,
  grainSchema,
  timeBasisSchema,
  unrestricted,
} from '#transforms/query/request.ts'
import { catalogueOf, definitions } from '#transforms/metrics/definitions.ts'
import { explainRequestOf, printExplanation } from './query/explanation.ts'
import { openForReading } from './query/open.ts'
import { printSpikes } from './query/spikes.ts'
import { type OutputFormat, formats, listCatalogue, printResult } from './query/output.ts'

type Flags = {
  metric?: string
  by: string[]
  where: Filter[]
  from?: string
  to?: string
  grain?: Grain
  asOf?: string
  knownAt?: string
  time?: string
  zone: string
  timeBasis?: TimeBasis
  order?: 'value_desc' | 'value_asc' | 'natural'
  limit?: number
  format: OutputFormat
  list?: boolean
  explain: string[]
  beforeFrom?: string
  beforeTo?: string
  beforeAsOf?: string
  beforeWhere: Filter[]
  spikes?: string
}

/** Nobody else waits for a command. */
const MOST_WAIT_MS = 3_600_000

async function ask(flags: Flags): Promise<void> {
  if (flags.list === true) return listCatalogue(catalogueOf(definitions()), flags.format)
  if (flags.metric === undefined) throw new QueryError('INVALID_REQUEST', 'give --metric NAME; --list names them all')
  const { metric, by, where, from, to, grain, asOf, knownAt, time, zone, timeBasis, order, limit } = flags
  const request: MetricRequestInput = {
    metric,
    by,
    where,
    zone,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(grain && { grain }),
    ...(asOf !== undefined && { as_of: asOf }),
    ...(knownAt !== undefined && { known_at: knownAt }),
    ...(time !== undefined && { time }),
    ...(timeBasis && { time_basis: timeBasis }),
    ...(order && { order }),
    ...(limit !== undefined && { limit }),
  }
  const warehouse = await openForReading(process.env)
  try {
    const door = createDoor(warehouse, { waitMs: MOST_WAIT_MS })
    if (knownAt !== undefined && (flags.explain.length > 0 || flags.spikes !== undefined))
      throw new QueryError('INVALID_REQUEST', '--known-at goes with --metric only, not with --explain or --spikes')
    if (flags.explain.length > 0)
      return printExplanation(await door.explain(explainRequestOf({ ...flags, metric }), unrestricted), flags.format)
    if (flags.spikes !== undefined)
      return printSpikes(
        by,
        await door.spikes(
          { metric, by, where, zone, at: flags.spikes, ...(time !== undefined && { time }) },
          unrestricted,
        ),
        flags.format,
      )
    printResult(await door.measure(request, unrestricted), flags.format)
  } finally {
    await warehouse.close()
  }
}

/** `dim=value`, `dim!=value`, several values with `|`; `dim=` means a missing value. */
function parseFilter(text: string, before: Filter[]): Filter[] {
  const parts = /^([a-z][a-z0-9_]*)(!?=)(.*)$/su.exec(text)
  if (parts === null) throw new InvalidArgumentError(`expected dim=value or dim!=value, found '${text}'`)
  const [, dimension = '', operator, values = ''] = parts
  return [...before, { dimension, op: operator === '=' ? 'in' : 'not_in', values: values.split('|') }]
}

/** A day or a time without zone is UTC. */
function parseInstant(text: string): string {
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text)
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text)
  const isTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/i.test(text)
  const date = new Date(isDay ? `${text}T00:00:00Z` : `${text.replace(' ', 'T')}${hasZone ? '' : 'Z'}`)
  if (
    !(isDay || isTime) ||
    Number.isNaN(date.getTime()) ||
    (!text.startsWith(date.toISOString().slice(0, 8)) && !hasZone)
  ) {
    throw new InvalidArgumentError(
      `expected a time like 2017-06-01 or '2017-06-01 13:30:00' (UTC) or 2017-06-01T13:30:00+08:00, found '${text}'`,
    )
  }
  return date.toISOString()
}

function parseCount(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError(`expected a whole number, found '${text}'`)
  return Number(text)
}

const splitNames = (text: string, before: string[]): string[] => [
  ...before,
  ...text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
]

const program = new Command('query')
  .description(
    'Asks one metric. Money is given exactly in major units (column value) and in minor units (column value_minor); durations in seconds; shares from 0 to 1.',
  )
  .option('--metric <name>', 'metric to ask; see --list')
  .option('--by <dim,dim>', 'dimensions to split by', splitNames, [])
  .option('--where <filter>', 'dim=value, dim!=value, dim=one|another; repeatable', parseFilter, [])
  .option('--from <time>', 'start of the window, included', parseInstant)
  .option('--to <time>', 'end of the window, excluded', parseInstant)
  .addOption(new Option('--grain <grain>', 'one value per bucket of time').choices(grainSchema.options))
  .option('--as-of <time>', 'instant that states are taken at; default now', parseInstant)
  .option(
    '--known-at <time>',
    'answers from what was known at this instant, as if nothing had come after',
    parseInstant,
  )
  .option('--time <name>', "which of the metric's times the window and the buckets are about")
  .option('--zone <zone>', 'IANA zone of buckets, hours and weekdays', 'UTC')
  .addOption(
    new Option('--time-basis <basis>', 'whether durations count by the calendar or business hours only').choices(
      timeBasisSchema.options,
    ),
  )
  .addOption(new Option('--order <order>', 'order of the rows').choices(['natural', 'value_desc', 'value_asc']))
  .option('--limit <n>', 'most rows', parseCount)
  .option('--explain <dim,dim>', 'what moved the metric since the window before, by value of each', splitNames, [])
  .option(
    '--before-from <time>',
    'start of the window compared with; default the equally long one before',
    parseInstant,
  )
  .option('--before-to <time>', 'its end, excluded', parseInstant)
  .option('--before-as-of <time>', 'instant compared with, for states', parseInstant)
  .option('--spikes <time>', 'which slices of a count were unusual in the hour of this time', parseInstant)
  .option('--before-where <filter>', 'rows compared with those of --where; repeatable', parseFilter, [])
  .addOption(new Option('--format <format>', 'output').choices([...formats]).default('table'))
  .option('--list', 'names metrics and dimensions with their definitions')
  .showHelpAfterError()
  .action(ask)

// Whoever reads the output may stop early, as `head` does.
process.stdout.on('error', () => process.exit())

try {
  await program.parseAsync()
} catch (error) {
  const { name, code, message } = error as { name: string; code?: string; message: string }
  process.stderr.write(`${name}${code === undefined ? '' : ` ${code}`}: ${message}\n`)
  process.exitCode = 1
}
