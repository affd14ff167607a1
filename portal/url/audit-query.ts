/** What the audit screen asks for, as its address says it. */
import type { LocationQuery } from 'vue-router'
import { instantOfLocal } from '#dashboards/charts/zone.ts'

const names = ['text', 'verb', 'person', 'order', 'from', 'to'] as const
export type AuditFilters = Partial<Record<(typeof names)[number], string>>
export type AuditAsked = {
  text?: string
  verb?: string
  person_id?: string
  order_id?: string
  from?: string
  to?: string
}

const DAY = /^\d{4}-\d{2}-\d{2}$/

export function readAuditQuery(query: LocationQuery): AuditFilters {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = query[name]
      const isDay = name === 'from' || name === 'to'
      if (typeof value !== 'string' || value === '' || (isDay && Number.isNaN(dayMs(value)))) return []
      return [[name, value]]
    }),
  )
}

/** Days are those of the reader's zone; the last of them is meant as a whole. */
export function askedOf({ text, verb, person, order, from, to }: AuditFilters, zone: string): AuditAsked {
  const startOf = (day: string, later: number): string =>
    new Date(instantOfLocal(dayMs(day) + later * 86_400_000, zone)).toISOString()
  return {
    ...(text !== undefined && { text }),
    ...(verb !== undefined && { verb }),
    ...(person !== undefined && { person_id: person }),
    ...(order !== undefined && { order_id: order }),
    ...(from !== undefined && { from: startOf(from, 0) }),
    ...(to !== undefined && { to: startOf(to, 1) }),
  }
}

const dayMs = (text: string): number => (DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN)
