/** Which topics are read: names, patterns with a star (`shop.*`), and expressions (`/^shop\..+$/`). */

const NAME = /^[A-Za-z0-9._-]{1,249}$/
const STARRED = /^[A-Za-z0-9._*-]{1,249}$/

/** Kafka's own topics are never meant by a pattern. */
const INTERNAL = /^__/

export const isPattern = (entry: string): boolean => entry.startsWith('/') || entry.includes('*')

/** Why this is neither a topic's name nor a pattern; null when it is one. */
export function refuseEntry(entry: string): string | null {
  if (NAME.test(entry)) return null
  if (entry.startsWith('/') && entry.endsWith('/') && entry.length > 2) {
    try {
      return new RegExp(entry.slice(1, -1)).source === '' ? 'the expression is empty' : null
    } catch (cause) {
      return `not a regular expression: ${(cause as Error).message}`
    }
  }
  return STARRED.test(entry) ? null : 'expected a topic, a pattern such as shop.*, or an expression such as /^shop\\./'
}

export function matches(entry: string, topic: string): boolean {
  if (!isPattern(entry)) return entry === topic
  if (INTERNAL.test(topic)) return false
  if (entry.startsWith('/')) return new RegExp(entry.slice(1, -1)).test(topic)
  const literal = entry.split('*').map((part) => part.replace(/[.]/g, '\\.'))
  return new RegExp(`^${literal.join('.*')}$`).test(topic)
}

/** The names that may be created when they are missing. */
export const namedTopics = (entries: readonly string[]): string[] => entries.filter((entry) => !isPattern(entry))

export function selectTopics(entries: readonly string[], existing: readonly string[]): string[] {
  return existing.filter((topic) => entries.some((entry) => matches(entry, topic))).sort()
}

export type TopicFormat = { readonly topic: string; readonly format: string }

/** The first entry that matches counts. */
export function formatOfTopic(formats: readonly TopicFormat[], topic: string): string {
  return formats.find((one) => matches(one.topic, topic))?.format ?? 'cloudevents'
}
