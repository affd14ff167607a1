/** `npm run simulate`: a believable store as NDJSON, into a file, Kafka, the HTTP door or the standard output. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { z } from 'zod'
import { DAY, MINUTE } from '#ingest/simulator/calendar.ts'
import { type Window, createSizedStore, streamWindow } from '#ingest/simulator/dataset.ts'
import { SimulatorError } from '#ingest/simulator/errors.ts'
import { type EventSink, createFileSink, createHttpSink, createStreamSink } from '#ingest/simulator/sink.ts'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import { createKafkaSink } from '#ingest/sources/kafka-sink.ts'

type Flags = {
  seed: number
  orders: number
  from?: number
  to?: number
  until?: number
  out: 'file' | 'kafka' | 'http' | 'stdout'
  path?: string
  brokers?: string
  topic: string
  url: string
  apiKey?: string
}

const program = new Command('simulate')
  .description('Writes the events of a simulated store in the order of their delivery, one JSON object a line.')
  .option('--seed <number>', 'the same seed gives the same store', wholeNumber(0, 2 ** 31 - 1), 1)
  .option('--orders <number>', 'how many orders', wholeNumber(1, 50_000_000), 1_000)
  .option(
    '--from <instant>',
    'first order, e.g. 2026-09-01 or 2026-09-01T08:00:00Z (default: seven days before --to)',
    instant,
  )
  .option('--to <instant>', 'no order from here on (default: the beginning of today, UTC)', instant)
  .option('--until <instant>', 'no event delivered from here on (default: all events of the orders)', instant)
  .addOption(
    new Option('--out <where>', 'where the lines go').choices(['file', 'kafka', 'http', 'stdout']).default('stdout'),
  )
  .option('--path <file>', 'the file to write (--out file)')
  .option('--brokers <list>', 'host:port,host:port (--out kafka; else KAFKA_BROKERS)')
  .option('--topic <name>', 'topic to write to (--out kafka)', 'orderlens.events')
  .option('--url <address>', 'address of the api (--out http)', 'http://127.0.0.1:4200')
  .option('--api-key <key>', 'key of the ingestion door (--out http; else ORDERLENS_INGEST_KEY)')
  .exitOverride()
  .action(simulate)

async function simulate(flags: Flags): Promise<void> {
  const window = windowOf(flags)
  const store = createSizedStore({ seed: flags.seed }, window, flags.orders)
  const sink = await openSink(flags)
  const startedAt = Date.now()
  let messages = 0
  let reportedAt = startedAt
  for (const emitted of streamWindow(store, window, flags.until)) {
    await sink.send(emitted.map(({ orderId, event }) => ({ key: orderId, value: JSON.stringify(event.envelope) })))
    messages += emitted.length
    if (Date.now() - reportedAt > 1_000) {
      reportedAt = Date.now()
      progress(`${messages} messages, until ${new Date(emitted.at(-1)?.event.emitAtMs ?? 0).toISOString()}`)
    }
  }
  await sink.close()
  const seconds = (Date.now() - startedAt) / 1_000
  progress(
    `${messages} messages of ${flags.orders} orders in ${seconds.toFixed(1)} s (${Math.round(messages / seconds)} per second)`,
  )
}

function windowOf({ from, to, until }: Flags): Window {
  const toMs = to ?? Math.floor(Date.now() / DAY) * DAY
  const fromMs = from ?? toMs - 7 * DAY
  if (fromMs >= toMs) throw wrong(`--from ${iso(fromMs)} must be before --to ${iso(toMs)}`)
  if (until !== undefined && until <= fromMs) throw wrong(`--until ${iso(until)} must be after --from ${iso(fromMs)}`)
  return { fromMs, toMs }
}

async function openSink(flags: Flags): Promise<EventSink> {
  switch (flags.out) {
    case 'stdout':
      return createStreamSink(process.stdout, 'the standard output')
    case 'file':
      if (flags.path === undefined) throw wrong('--out file needs --path <file>')
      return createFileSink(flags.path)
    case 'http': {
      const apiKey = flags.apiKey ?? process.env['ORDERLENS_INGEST_KEY']
      if (apiKey === undefined)
        throw wrong('--out http needs --api-key <key> (one of the keys of INGEST_API_KEYS at the api)')
      if (!z.url({ protocol: /^https?$/ }).safeParse(flags.url).success)
        throw wrong(`--url expects an http address, found "${flags.url}"`)
      return createHttpSink({ url: flags.url, apiKey })
    }
    case 'kafka': {
      const config = loadKafkaConfig({
        ...process.env,
        ...(flags.brokers === undefined ? {} : { KAFKA_BROKERS: flags.brokers }),
      })
      if (config === null) throw wrong('--out kafka needs --brokers host:port')
      return createKafkaSink({ config, topic: flags.topic })
    }
  }
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < min || value > max)
      throw new InvalidArgumentError(`expected a whole number from ${min} to ${max}.`)
    return value
  }
}

const instantSchema = z.union([z.iso.date(), z.iso.datetime({ offset: true })])

/** Whole minutes, in which the store counts. */
function instant(text: string): number {
  const at = Date.parse(text)
  if (!instantSchema.safeParse(text).success || Number.isNaN(at))
    throw new InvalidArgumentError('expected a day or an instant such as 2026-09-01T08:00:00Z.')
  return Math.floor(at / MINUTE) * MINUTE
}

const wrong = (message: string): SimulatorError => new SimulatorError('INVALID_OPTION', message)
const iso = (atMs: number): string => new Date(atMs).toISOString()
const progress = (text: string): void => void process.stderr.write(`simulate: ${text}\n`)

// A reader that has seen enough (head) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 1
  else {
    const code = (error as { code?: unknown }).code
    process.stderr.write(
      `simulate: ${typeof code === 'string' ? `${code}: ` : ''}${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exitCode = 1
  }
}
