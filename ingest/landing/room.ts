/**
 * Whether there is room to land. Before a disk is full nothing more is taken in: what landed has to be derived, merged and
 * rebuilt, and each of these takes room of its own. The sources keep what they have and go on by themselves.
 */
import { type DiskRoom, usedShare } from '#warehouse/disk.ts'
import type { RoomLimits } from './config.ts'
import { LandingError } from './errors.ts'

export type LandingRoom = {
  /** Since when nothing lands; null while there is room. */
  fullSince(): Date | null
  /** Throws `LandingError` NO_ROOM while nothing may land. */
  require(): void
  stop(): void
}

export type RoomOptions = {
  /** Null where the engine does not tell. */
  readonly read: () => Promise<DiskRoom | null>
  readonly limits: RoomLimits
  readonly log: {
    info(details: object, message: string): void
    error(details: object, message: string): void
    warn(details: object, message: string): void
  }
  readonly everyMs?: number
  readonly now?: () => Date
}

/** Room is short long before it is gone, so that a look now and then is enough; past it the engine refuses by itself. */
const EVERY_MS = 10_000

/** Resolves after the first look. A disk that cannot be looked at changes nothing. */
export async function watchRoom(options: RoomOptions): Promise<LandingRoom> {
  const { read, limits, log, everyMs = EVERY_MS, now = () => new Date() } = options
  let full: { readonly since: Date } | null = null
  let isLooking = false

  const look = async (): Promise<void> => {
    if (isLooking) return
    isLooking = true
    try {
      const disk = await read()
      if (disk === null) return
      const wasFull = full !== null
      const isFull = isDiskFull(disk, limits, wasFull)
      if (isFull === wasFull) return
      full = isFull ? { since: now() } : null
      const details = { used_share: usedShare(disk), free_bytes: disk.free }
      if (isFull) log.error(details, 'landing: the disk is nearly full; nothing lands until there is room')
      else log.info(details, 'landing: there is room again')
    } catch (cause) {
      log.warn({ err: cause }, 'landing: the disk could not be looked at')
    } finally {
      isLooking = false
    }
  }

  await look()
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  return {
    fullSince: () => full?.since ?? null,
    require() {
      if (full !== null)
        throw new LandingError(
          'NO_ROOM',
          'the disk of the warehouse is nearly full: nothing is taken until there is room',
        )
    },
    stop: () => clearInterval(timer),
  }
}

/** Once full, a disk has to get clearly emptier: landing that begins and ends by the minute helps nobody. */
const MARGIN_SHARE = 0.02
const MARGIN_ENOUGH = 1.1

export function isDiskFull(disk: DiskRoom, { fullShare, enoughBytes }: RoomLimits, wasFull: boolean): boolean {
  const isEnough = enoughBytes !== null && disk.free >= enoughBytes * (wasFull ? MARGIN_ENOUGH : 1)
  return !isEnough && usedShare(disk) > fullShare - (wasFull ? MARGIN_SHARE : 0)
}
