/** From which disk on nothing lands. Read once by a main file; everything below gets the result as an argument. */
import { z } from 'zod'

export const landingEnvSchema = z.object({
  /** Used share of the warehouse's disk, in percent, above which nothing lands. */
  INGEST_DISK_FULL_PERCENT: z.coerce.number().int().min(50).max(99).default(85),
  /** Free room, in gigabytes, that is enough whatever the share. 0 = the share alone decides, as it does on a server. */
  INGEST_DISK_ENOUGH_GB: z.coerce.number().min(0).max(1_000_000).optional(),
})

export type RoomLimits = {
  readonly fullShare: number
  /** Null where the share alone decides. */
  readonly enoughBytes: number | null
}

export class LandingConfigError extends Error {
  readonly code = 'CONFIG'
  readonly retryable = false
}

/** A disk that is a person's own is shared with much else: most of it may be full and what is left a hundred times of what is needed. */
const ENOUGH_EMBEDDED_GB = 20
const GB = 1_000_000_000

/** Throws one error that lists every bad variable by name. */
export function loadRoomLimits(
  env: Readonly<Record<string, string | undefined>>,
  warehouse: 'embedded' | 'server',
): RoomLimits {
  const parsed = landingEnvSchema.safeParse(
    Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== '')),
  )
  if (!parsed.success) {
    const bad = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`)
    throw new LandingConfigError(`cannot read the settings: ${bad.join('; ')}`)
  }
  const { INGEST_DISK_FULL_PERCENT: percent, INGEST_DISK_ENOUGH_GB: given } = parsed.data
  const enough = given ?? (warehouse === 'embedded' ? ENOUGH_EMBEDDED_GB : 0)
  return { fullShare: percent / 100, enoughBytes: enough === 0 ? null : enough * GB }
}
