/** Rhythms offered by name; everything else is a cron expression of the reader's own. */
export const rhythms = {
  daily8: '0 8 * * *',
  weekdays9: '0 9 * * 1-5',
  monday8: '0 8 * * 1',
  month1: '0 8 1 * *',
  hourly: '0 * * * *',
} as const
export type RhythmName = keyof typeof rhythms

export function rhythmOf(cron: string): RhythmName | 'custom' {
  const names = Object.keys(rhythms) as RhythmName[]
  return names.find((name) => rhythms[name] === cron.trim()) ?? 'custom'
}

/** Whether it has the five fields; whether it ever comes due is the server's to say. */
export const hasFiveFields = (cron: string): boolean => cron.trim().split(/\s+/).length === 5

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/

/** Addresses from what was typed or pasted: split, trimmed, once each; the first that is none is named. */
export function readRecipients(typed: readonly string[]): { recipients: string[]; wrong: string | null } {
  const recipients = [
    ...new Set(
      typed
        .flatMap((text) => text.split(/[\s,;，；]+/))
        .map((text) => text.trim().toLowerCase())
        .filter((text) => text !== ''),
    ),
  ]
  return { recipients, wrong: recipients.find((text) => !address.test(text)) ?? null }
}
