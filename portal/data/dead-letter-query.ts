/** Which dead letters are shown, as parts of the address: filters by name, and the group whose messages are open. */
import type { LocationQuery } from 'vue-router'
import type { DeadLetterFilter } from '#portal/api/client.ts'

const names = ['reason', 'topic', 'format'] as const
export type FilterName = (typeof names)[number]

export function readFilter(query: LocationQuery): DeadLetterFilter {
  const filter: DeadLetterFilter = query['cured'] === '1' ? { cured: '1' } : {}
  for (const name of names) {
    const value = query[name]
    if (typeof value === 'string' && value !== '') filter[name] = value
  }
  return filter
}

export type Group = { reason: string; topic: string; format: string; path: string; cured?: '0' | '1' | undefined }

export const writeGroup = (group: Group): string =>
  JSON.stringify([group.reason, group.topic, group.format, group.path, group.cured ?? '0'])

/** Null when the text is not a group: a mangled link shows the page without the drawer. */
export function readGroup(text: unknown): Group | null {
  if (typeof text !== 'string' || text.length > 4_000) return null
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return null
  }
  if (!Array.isArray(found) || found.length !== 5 || !found.every((one) => typeof one === 'string')) return null
  const [reason = '', topic = '', format = '', path = '', cured] = found as string[]
  return { reason, topic, format, path, cured: cured === '1' ? '1' : '0' }
}
