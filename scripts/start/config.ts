/** What one process is to do. Everything else is read by the folder that uses it. */
import { z } from 'zod'

export const roles = ['ingest', 'transforms', 'api', 'jobs', 'simulator'] as const
export type Role = (typeof roles)[number]

export const startEnvSchema = z.object({
  /** Parts this process runs, comma-separated: ingest, transforms, api, jobs, simulator. Empty = all that the settings call for. */
  ORDERLENS_ROLES: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((role) => role.trim())
        .filter((role) => role !== ''),
    )
    .pipe(z.array(z.enum(roles)))
    .optional(),
  /** Milliseconds between detection ticks. */
  TRANSFORMS_TICK_MS: z.coerce.number().int().min(200).max(600_000).default(3_000),
  /** Seed of the simulated store: the same seed is the same store. */
  SIMULATOR_SEED: z.coerce.number().int().min(1).default(7),
  SIMULATOR_ORDERS_PER_DAY: z.coerce.number().int().min(1).max(200_000).default(1_200),
  SIMULATOR_HISTORY_DAYS: z.coerce.number().min(0).max(60).default(15),
})

export type StartConfig = {
  readonly roles: ReadonlySet<Role>
  readonly tickMs: number
  readonly simulator: { readonly seed: number; readonly ordersPerDay: number; readonly historyDays: number }
}

export class StartConfigError extends Error {
  readonly code = 'CONFIG'
}

/** Throws one error that lists every bad variable by name. Without roles, the simulator runs where no real source is configured. */
export function loadStartConfig(env: Readonly<Record<string, string | undefined>>): StartConfig {
  const parsed = startEnvSchema.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  )
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)
    throw new StartConfigError(`cannot read the settings: ${bad.join('; ')}`)
  }
  const v = parsed.data
  const hasRealSource = (env['KAFKA_BROKERS'] ?? '') !== ''
  const usual: Role[] = hasRealSource
    ? ['ingest', 'transforms', 'api', 'jobs']
    : ['ingest', 'transforms', 'api', 'jobs', 'simulator']
  return {
    roles: new Set(v.ORDERLENS_ROLES ?? usual),
    tickMs: v.TRANSFORMS_TICK_MS,
    simulator: {
      seed: v.SIMULATOR_SEED,
      ordersPerDay: v.SIMULATOR_ORDERS_PER_DAY,
      historyDays: v.SIMULATOR_HISTORY_DAYS,
    },
  }
}
