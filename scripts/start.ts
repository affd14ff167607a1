/**
 * Starts Orderlens: by default everything in this process on embedded engines, or the roles and services the environment
 * names. Parts come up in the order they need each other and go down in the opposite one.
 */
import { join } from 'node:path'
import closeWithGrace from 'close-with-grace'
import { createApi } from '#api/api.ts'
import { demoPeople } from '#api/features/people/demo.ts'
import { loadConfig as loadApiConfig } from '#api/config.ts'
import { createLive } from '#api/features/live/live.ts'
import { openState } from '#api/state/state.ts'
import { loadBoards } from '#dashboards/load.ts'
import { createAuditor } from '#ingest/audit/auditor.ts'
import { createLanding } from '#ingest/landing.ts'
import { loadRoomLimits } from '#ingest/landing/config.ts'
import { watchRoom } from '#ingest/landing/room.ts'
import { createReplays } from '#ingest/replay.ts'
import { loadKafkaConfig } from '#ingest/sources/config.ts'
import { loadWebhookEndpoints } from '#ingest/webhooks/config.ts'
import { createReread } from '#ingest/sources/kafka-reread.ts'
import { createDoor } from '#transforms/query/door.ts'
import { loadWarehouseConfig } from '#warehouse/config.ts'
import { readDisk } from '#warehouse/disk.ts'
import { openWarehouse } from '#warehouse/open.ts'
import { loadStartConfig } from './start/config.ts'
import { startIngestion } from './start/ingestion.ts'
import { createLog } from './start/log.ts'
import { createOutlets } from './start/outlets.ts'
import { PORTAL_ROOT, buildPortal } from './start/portal-build.ts'
import { createReporting } from './start/reporting.ts'
import { createExporting } from './start/exporting.ts'
import { createSimulation } from './start/simulation.ts'
import { createTerminal } from './start/terminal.ts'
import { startTicking, watchTicks } from './start/ticking.ts'

const startedAt = performance.now()
const env = process.env
const terminal = createTerminal(process.stdout)
const log = createLog(env['LOG_LEVEL'] ?? 'warn')
const closers: (() => Promise<void>)[] = []
const onClose = (close: () => Promise<void>): void => void closers.unshift(close)

const grace = closeWithGrace({ delay: 20_000, logger: false }, async ({ err }) => {
  if (err !== undefined) log.error({ err }, 'stopping because of an unexpected error')
  terminal.line('\n  stopping …')
  for (const close of closers)
    await close().catch((error: unknown) => log.error({ err: error }, 'a part did not stop cleanly'))
  terminal.line('  stopped')
})

async function main(): Promise<void> {
  const config = loadStartConfig(env)
  const warehouseConfig = loadWarehouseConfig(env)
  const apiConfig = loadApiConfig(env)
  const kafka = loadKafkaConfig(env)
  const webhooks = loadWebhookEndpoints(env)
  const limits = loadRoomLimits(env, warehouseConfig.mode)
  const data = env['ORDERLENS_DATA'] ?? '.data'
  const { roles } = config
  const hasWeb = roles.has('api') || roles.has('jobs')
  terminal.line(`\n  Orderlens · ${[...roles].join(', ')}\n`)

  const portal = roles.has('api')
    ? terminal.part('portal', buildPortal, (result) => (result === 'built' ? 'built' : 'built before'))
    : null
  const opening = hasWeb
    ? terminal.part(
        'state',
        () => openState({ databaseUrl: apiConfig.databaseUrl ?? undefined, directory: join(data, 'state') }),
        (state) => (state.kind === 'embedded' ? 'PostgreSQL in this process (PGlite)' : 'PostgreSQL'),
      )
    : null
  // Both run beside the warehouse's start; their failure is taken up where they are awaited.
  portal?.catch(() => undefined)
  opening?.catch(() => undefined)

  const warehouse = await terminal.part(
    'warehouse',
    () => openWarehouse(warehouseConfig),
    (opened) => (opened.mode === 'embedded' ? 'ClickHouse in this process (chDB)' : 'ClickHouse server'),
  )
  onClose(() => warehouse.close())
  const room = await watchRoom({ read: () => readDisk(warehouse), limits, log })
  onClose(async () => room.stop())
  if (room.fullSince() !== null)
    terminal.line('  ! disk        nearly full: nothing lands until there is room (see INGEST_DISK_… in .env.example)')
  const landing = await terminal.part(
    'landing',
    () =>
      createLanding(warehouse, {
        log,
        room,
        onRetry: (attempt, cause) =>
          log.warn({ attempt, err: cause }, 'landing: the warehouse did not take a batch; trying again'),
      }),
    () => 'raw_events → events, dead_letters',
  )
  onClose(() => landing.close())
  if (roles.has('ingest')) {
    const auditor = createAuditor(warehouse, { log, ...(kafka && { reread: createReread(kafka) }) })
    auditor.start()
    onClose(() => auditor.stop())
  }
  const live = createLive()

  const ticking = { warehouse, everyMs: config.tickMs, log, onTick: live.publish }
  if (roles.has('transforms')) {
    const ticks = await terminal.part(
      'transforms',
      () => startTicking(ticking),
      () => `orders, promises, anomalies every ${config.tickMs / 1000} s`,
    )
    onClose(() => ticks.stop())
  } else if (hasWeb) {
    const ticks = watchTicks(ticking)
    onClose(() => ticks.stop())
  }

  const ingestion = await startIngestion({
    warehouse,
    landing,
    webhooks,
    kafka: roles.has('ingest') ? kafka : null,
    terminal,
    log,
  })
  onClose(() => ingestion.stop())
  const simulation = roles.has('simulator')
    ? await createSimulation({ config: config.simulator, directory: join(data, 'simulator'), landing, kafka, log })
    : null
  if (simulation !== null) onClose(() => simulation.stop())

  if (opening !== null) {
    const state = await opening
    onClose(() => state.close())
    const door = createDoor(warehouse)
    const outlets = await createOutlets({ landing, kafka, simulation, log })
    onClose(() => outlets.close())
    const reporting = await createReporting({
      env,
      data,
      state,
      door,
      apiConfig,
      log,
      isSending: roles.has('jobs'),
      terminal,
    })
    onClose(() => reporting.stop())
    const exporting = createExporting({ redisUrl: reporting.redisUrl, data, state, door, log })
    onClose(() => exporting.stop())
    if (roles.has('api')) {
      await portal
      const replays = createReplays(warehouse, { onError: (cause) => log.error({ err: cause }, 'a replay failed') })
      onClose(() => replays.close())
      const api = await createApi({
        config: apiConfig,
        state,
        door,
        warehouse,
        live,
        log,
        boards: loadBoards(),
        ingest: { source: ingestion.http, webhooks: ingestion.webhooks },
        replays,
        portalRoot: PORTAL_ROOT,
        features: [reporting.routes, exporting.routes],
        mail: reporting.mail,
        away: () => [...partAway('redis', reporting.redisAwaySince()), ...partAway('room', room.fullSince())],
        commands: outlets.commands,
        events: outlets.events,
      })
      onClose(() => api.close())
      const address = await terminal.part(
        'api',
        () => api.start(),
        () => 'answers',
      )
      announce(address, apiConfig.demo)
    }
    reporting.start()
    if (roles.has('jobs')) exporting.start()
  }
  if (simulation !== null) {
    simulation
      .start(({ share, messages }) =>
        terminal.progress(
          'simulator',
          share,
          `${messages.toLocaleString('en')} events of a store's last ${config.simulator.historyDays} days`,
        ),
      )
      .catch((error: unknown) => log.error({ err: error }, 'simulator: stopped'))
  }
}

const partAway = (part: 'redis' | 'room', since: Date | null) =>
  since === null ? [] : [{ part, since: since.toISOString() }]

function announce(address: string, hasDemo: boolean): void {
  terminal.line(`\n  Orderlens is at ${address}   (${((performance.now() - startedAt) / 1000).toFixed(1)} s)\n`)
  if (!hasDemo) return
  terminal.line('  Sign in as one of the demo people:')
  for (const person of demoPeople)
    terminal.line(`    ${person.email.padEnd(28)} ${person.password.padEnd(24)} ${person.about.en}`)
  terminal.line('\n  Ctrl-C stops it; starting again goes on with the same data.\n')
}

try {
  await main()
} catch (error) {
  const known = error instanceof Error && 'code' in error
  terminal.line(`\n  ✗ ${known ? error.message : String(error instanceof Error ? error.stack : error)}\n`)
  process.exitCode = 1
  grace.uninstall()
  for (const close of closers) await close().catch(() => undefined)
  process.exit(1)
}
