/** A dry run as lines for a terminal. */
import type { DryRun, MappedEvent, Problem } from '#ingest/files/dry-run.ts'

const SHOWN_PROBLEMS = 50

export function dryRunLines(result: DryRun, format: string): string[] {
  const { rows, asEvents, asDeadLetters, setAside, events, repeated, types, concerns, firstEvents, problems } = result
  const lost = rows - asEvents - asDeadLetters - setAside
  return [
    `The first ${firstEvents.length} of ${events} events (mapping ${format}):`,
    ...firstEvents.flatMap(eventLines),
    '',
    ...section(
      'Events by type',
      types.map(({ type, count }) => `${number(count)}  ${type}`),
    ),
    ...section(
      'Set aside, because they do not concern orders',
      concerns.map(({ kind, count }) => `${number(count)}  ${kind}`),
    ),
    problems.length === 0 ? 'No problems.' : `Problems (${problems.length} kinds):`,
    ...problems.slice(0, SHOWN_PROBLEMS).flatMap(problemLines),
    ...(problems.length > SHOWN_PROBLEMS ? [`  … and ${problems.length - SHOWN_PROBLEMS} kinds more`] : []),
    '',
    ...(repeated !== null && repeated > 0
      ? [`${repeated} events are told by more than one row; one copy of each counts.`]
      : []),
    `conserved   ${rows} rows = ${asEvents} events + ${asDeadLetters} dead letters + ${setAside} set aside`,
    ...(lost === 0
      ? []
      : [
          `NOT CONSERVED: ${Math.abs(lost)} rows ${lost > 0 ? 'are missing' : 'too many'}. The mapping must give one row for each row it gets.`,
        ]),
    'Nothing was written.',
  ]
}

function eventLines({ file, row, type, time, subject, id, source, data }: MappedEvent): string[] {
  const members = Object.entries(data).map(
    ([name, value]) => `${name}=${clean(typeof value === 'string' ? value : JSON.stringify(value), 60)}`,
  )
  return [
    `  ${time}  ${type.padEnd(24)} ${clean(subject, 60)}   (${file}:${row})`,
    `      id ${clean(id, 80)}  from ${clean(source, 60)}`,
    ...(members.length === 0 ? [] : [`      ${members.join('  ')}`]),
  ]
}

function problemLines({ reason, detail, count, places, sample }: Problem): string[] {
  return [
    `${number(count)}  ${reason}: ${clean(detail, 200)}`,
    `            at ${places.join(', ')}${count > places.length ? ', …' : ''}`,
    `            ${clean(sample, 160)}`,
  ]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines, '']
}

const number = (n: number): string => n.toLocaleString('en-US').padStart(10)

/** Foreign text on one line, without control characters. */
function clean(text: string, most: number): string {
  const line = text.replace(/[^\P{C}]/gu, '?')
  return line.length > most ? `${line.slice(0, most)}…` : line
}
