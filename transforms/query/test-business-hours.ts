/** For tests: business time counted the slow way, minute by minute, by what the clock on the wall says. */
export type Shift = {
  readonly weekday: number
  readonly opens: string
  readonly closes: string
  readonly valid_from: string
  readonly valid_until: string
}
export type Hours = {
  readonly zone: string
  readonly shifts: readonly Shift[]
  readonly holidays: readonly string[]
  /** Days that are worked like another weekday. */
  readonly workdays?: Readonly<Record<string, number>>
}

const MINUTE = 60_000
const DAY = 86_400_000

/** Milliseconds of [since, until) that lie in a shift. Shifts begin and end on whole minutes. */
export function createSlowBusinessMs(hours: Hours): (since: number, until: number) => number {
  const isBusiness = createMinutes(hours)
  return function elapsed(since: number, until: number): number {
    if (until < since) return -elapsed(until, since)
    let sum = 0
    for (let minute = Math.floor(since / MINUTE) * MINUTE; minute < until; minute += MINUTE)
      if (isBusiness(minute)) sum += Math.min(minute + MINUTE, until) - Math.max(minute, since)
    return sum
  }
}

function createMinutes({ zone, shifts, holidays, workdays = {} }: Hours): (minute: number) => boolean {
  const wall = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
    hourCycle: 'h23',
  })
  const known = new Map<number, boolean>()
  const isOn = (shift: Shift, day: string): boolean =>
    shift.weekday === (workdays[day] ?? (new Date(`${day}T00:00:00Z`).getUTCDay() || 7)) &&
    day >= shift.valid_from &&
    (shift.valid_until === '' || day <= shift.valid_until) &&
    !holidays.includes(day)
  return (minute) => {
    const found = known.get(minute)
    if (found !== undefined) return found
    const [day = '', time = ''] = wall.format(minute).split(', ')
    const before = new Date(Date.parse(`${day}T00:00:00Z`) - DAY).toISOString().slice(0, 10)
    const isIn = shifts.some((shift) => {
      const isOvernight = shift.closes <= shift.opens
      if (!isOvernight) return isOn(shift, day) && time >= shift.opens && time < shift.closes
      return (isOn(shift, day) && time >= shift.opens) || (isOn(shift, before) && time < shift.closes)
    })
    known.set(minute, isIn)
    return isIn
  }
}
