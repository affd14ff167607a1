/**
 * When a report is due. A cron expression is read as wall time and each wall time is then placed in its zone: one
 * that a change of the clock skips is due at the first instant after the gap, one that happens twice at its first pass.
 */
import { CronExpressionParser } from 'cron-parser'
import { instantOfLocal, isZone, localMs } from '#dashboards/charts/zone.ts'
import { ApiError } from '../../errors.ts'

export type Slot = {
  /** Calendar date and wall time in the report's zone: the identity of an occurrence. */ localDate: string
  slot: string
  dueAt: Date
}

const dayMs = 86_400_000
const shortestGapMs = 15 * 60_000
/** 29 February is the rarest date, and eight years can lie between two of them. */
const farthestMs = 9 * 366 * dayMs

/** Occurrences due in (after, until], oldest first. */
export function slotsBetween(cron: string, zone: string, after: Date, until: Date): Slot[] {
  const wallTimes = CronExpressionParser.parse(cron, {
    tz: 'UTC',
    currentDate: new Date(localMs(after.getTime(), zone) - 2 * dayMs),
  })
  const slots: Slot[] = []
  let last = Number.NEGATIVE_INFINITY
  for (;;) {
    const wall = nextWallTime(wallTimes)
    if (wall === null) return slots
    const due = instantOfLocal(wall, zone)
    if (due > until.getTime()) return slots
    // Several wall times of one gap are due at the same instant: that is one occurrence.
    if (due > after.getTime() && due > last) slots.push({ ...wallText(wall), dueAt: new Date(due) })
    last = Math.max(last, due)
  }
}

export function nextDue(cron: string, zone: string, after: Date): Date | null {
  for (let span = 3 * dayMs; span <= farthestMs; span *= 8) {
    const first = slotsBetween(cron, zone, after, new Date(after.getTime() + span))[0]
    if (first) return first.dueAt
  }
  return null
}

/** Throws a 400 that says what was expected. */
export function checkSchedule(cron: string, zone: string, now: Date): void {
  if (!isZone(zone))
    throw new ApiError(
      'invalid_input',
      `zone: expected an IANA time zone such as 'Asia/Shanghai', found ${quoted(zone)}`,
      { reason: 'zone_unknown', parts: { came: zone.slice(0, 80) } },
    )
  const parts = { came: cron.slice(0, 80) }
  const expected = "cron: expected five fields (minute, hour, day of month, month, day of week) such as '0 8 * * 1-5'"
  if (!/^[\d*,/A-Za-z#-]+( [\d*,/A-Za-z#-]+){4}$/.test(cron) || /(^| )H/i.test(cron))
    throw new ApiError('invalid_input', `${expected}, found ${quoted(cron)}`, { reason: 'cron_malformed', parts })
  let next: Date | null
  try {
    next = nextDue(cron, zone, now)
  } catch (cause) {
    throw new ApiError('invalid_input', `${expected}, found ${quoted(cron)}`, {
      cause,
      reason: 'cron_malformed',
      parts,
    })
  }
  if (!next)
    throw new ApiError('invalid_input', `cron: ${quoted(cron)} never comes; ${expected.slice(6)}`, {
      reason: 'cron_never',
      parts,
    })
  const day = slotsBetween(cron, zone, new Date(next.getTime() - 1), new Date(next.getTime() + dayMs))
  const tooOften = day.some(
    (slot, i) => i > 0 && slot.dueAt.getTime() - (day[i - 1]?.dueAt.getTime() ?? 0) < shortestGapMs,
  )
  if (tooOften)
    throw new ApiError(
      'invalid_input',
      `cron: ${quoted(cron)} comes more often than every 15 minutes, which is the most a report may`,
      { reason: 'cron_too_often', parts },
    )
}

function nextWallTime(wallTimes: { next(): { getTime(): number } }): number | null {
  try {
    return wallTimes.next().getTime()
  } catch {
    return null // cron-parser's way of saying that no such date comes
  }
}

function wallText(wall: number): { localDate: string; slot: string } {
  const text = new Date(wall).toISOString()
  return { localDate: text.slice(0, 10), slot: text.slice(11, 16) }
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80))
}
