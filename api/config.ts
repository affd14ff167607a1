/** Settings of the API. Read once by a main file; everything below gets the result as an argument. */
import { z } from 'zod'
import { type OidcConfig, loadOidcConfig } from './oidc/config.ts'

const ingestKeys = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((pair) => pair.trim())
      .filter((pair) => pair !== ''),
  )
  .pipe(
    z.array(
      z
        .string()
        .regex(
          /^[a-z0-9][a-z0-9_-]{0,31}:[A-Za-z0-9_-]{24,128}$/,
          'expected name:key pairs, each key of 24 to 128 letters, digits, _ or -',
        ),
    ),
  )
  .transform((pairs) =>
    pairs.map((pair) => ({ name: pair.slice(0, pair.indexOf(':')), key: pair.slice(pair.indexOf(':') + 1) })),
  )
  // A name is the name of a stream, and the stream `portal` carries our own events.
  .refine((keys) => keys.every(({ name }) => name !== 'portal'), 'the name portal is taken')

export const apiEnvSchema = z.object({
  API_HOST: z.string().min(1).default('127.0.0.1'),
  API_PORT: z.coerce.number().int().min(0).max(65_535).default(4200),
  /** Address people use, when it differs from host and port (behind a proxy). With https, cookies become Secure and HSTS is sent. */
  API_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Number of proxies in front whose X-Forwarded-For is believed. */
  API_TRUST_PROXY: z.coerce.number().int().min(0).max(8).default(0),
  /** The first admin of an installation without demo people. */
  API_ADMIN_EMAIL: z.email().max(254).optional(),
  API_ADMIN_PASSWORD: z.string().min(12).max(128).optional(),
  /** Bearer token for /metrics; without one only a signed-in admin reads them. */
  API_METRICS_TOKEN: z.string().min(16).optional(),
  API_SESSION_IDLE_MINUTES: z.coerce.number().int().min(1).max(1_440).default(30),
  API_SESSION_HOURS: z.coerce.number().int().min(1).max(168).default(12),
  /** Requests per minute and address. */
  API_RATE_PER_MINUTE: z.coerce.number().int().min(10).default(2_400),
  /** `name:key` pairs, comma separated, for POST /ingest/events. */
  INGEST_API_KEYS: ingestKeys,
  /** PostgreSQL; empty = embedded, with demo people. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
})

export type ApiConfig = {
  readonly host: string
  readonly port: number
  readonly publicUrl: string | null
  readonly trustProxy: number
  readonly secure: boolean
  readonly admin: { readonly email: string; readonly password: string } | null
  readonly metricsToken: string | null
  readonly sessionIdleMs: number
  readonly sessionMs: number
  readonly ratePerMinute: number
  readonly ingestKeys: readonly { readonly name: string; readonly key: string }[]
  readonly databaseUrl: string | null
  /** Null where people sign in with passwords only. */
  readonly oidc: OidcConfig | null
  /** Demo people exist only in an embedded installation without an admin of its own. */
  readonly demo: boolean
}

export class ApiConfigError extends Error {
  readonly code = 'CONFIG'
  readonly retryable = false
}

/** Throws one error that lists every bad variable by name, never its value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): ApiConfig {
  const parsed = apiEnvSchema.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  )
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)
    throw new ApiConfigError(`cannot read the API settings: ${bad.join('; ')}`)
  }
  const v = parsed.data
  if ((v.API_ADMIN_EMAIL === undefined) !== (v.API_ADMIN_PASSWORD === undefined)) {
    throw new ApiConfigError(
      'cannot read the API settings: API_ADMIN_EMAIL and API_ADMIN_PASSWORD: set both or neither',
    )
  }
  return Object.freeze({
    host: v.API_HOST,
    port: v.API_PORT,
    publicUrl: v.API_PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    trustProxy: v.API_TRUST_PROXY,
    secure: v.API_PUBLIC_URL?.startsWith('https:') ?? false,
    admin:
      v.API_ADMIN_EMAIL === undefined || v.API_ADMIN_PASSWORD === undefined
        ? null
        : { email: v.API_ADMIN_EMAIL, password: v.API_ADMIN_PASSWORD },
    metricsToken: v.API_METRICS_TOKEN ?? null,
    sessionIdleMs: v.API_SESSION_IDLE_MINUTES * 60_000,
    sessionMs: v.API_SESSION_HOURS * 3_600_000,
    ratePerMinute: v.API_RATE_PER_MINUTE,
    ingestKeys: v.INGEST_API_KEYS,
    databaseUrl: v.DATABASE_URL ?? null,
    oidc: loadOidcConfig(env),
    demo: v.DATABASE_URL === undefined && v.API_ADMIN_EMAIL === undefined,
  })
}
